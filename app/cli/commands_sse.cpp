// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands_sse.h"

#include "engine/model/jsonwriter.h"
#include "engine/sse/client.h"

#include <QEventLoop>
#include <QStringDecoder>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

// QString::fromUtf8 would take a leading U+FEFF off, which belongs to the value here.
QString toText(const QByteArray &utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder(utf8);
}

QByteArray toLine(const SseMessage &message)
{
    return JsonWriter()
               .member("id", toText(message.id))
               .member("event", toText(message.type))
               .member("data", toText(message.data))
               .finish()
        + '\n';
}

bool write(std::FILE *file, const QByteArray &bytes)
{
    return std::fwrite(bytes.constData(), 1, size_t(bytes.size()), file) == size_t(bytes.size())
        && std::fflush(file) == 0;
}

int exitCode(SseFailure::Kind kind)
{
    switch (kind) {
    case SseFailure::Kind::NoEventStream:
    case SseFailure::Kind::TooLarge:
        return 1;
    case SseFailure::Kind::BadRequest:
        return 2;
    case SseFailure::Kind::Unreachable:
    case SseFailure::Kind::Unresumable:
        return 4;
    }
    Q_UNREACHABLE();
}

/*! Prints what a client receives until there is a reason to end. */
class SsePrinter final : public QObject
{
    Q_DISABLE_COPY_MOVE(SsePrinter)

public:
    SsePrinter(const SseOptions &options, std::FILE *out, std::FILE *err)
        : m_out(out)
        , m_err(err)
        , m_left(options.max)
    {
        connect(&m_client, &SseClient::received, this, &SsePrinter::print);
        connect(&m_client, &SseClient::failed, this, &SsePrinter::fail);
        connect(&m_client, &SseClient::ended, this, [this] { end(0); });
        if (isatty(fileno(err)) != 0)
            connect(&m_client, &SseClient::reconnecting, this, &SsePrinter::tell);
        m_client.open({.url = options.url,
                       .body = options.post,
                       .lastEventId = options.lastEventId,
                       .failWhenUnreachable = true});
    }
    ~SsePrinter() override = default;

    [[nodiscard]] int run() { return m_loop.exec(); }

private:
    void print(const SseMessage &message)
    {
        if (!write(m_out, toLine(message))) {
            const int error = errno;
            if (error != EPIPE)
                complain(QString::fromLocal8Bit(std::strerror(error)));
            end(error == EPIPE ? 0 : 1);
        } else if (m_left && --*m_left <= 0) {
            end(0);
        }
    }

    void fail(const SseFailure &failure)
    {
        complain(failure.error.message);
        end(exitCode(failure.kind));
    }

    void tell(std::chrono::milliseconds delay, const QString &why)
    {
        complain(u"%1; connecting again in %2 ms"_s.arg(why).arg(delay.count()));
    }

    void complain(const QString &sentence)
    {
        const QByteArray line = "kintsugi-cli: " + sentence.toUtf8() + '\n';
        static_cast<void>(write(m_err, line));
    }

    void end(int code)
    {
        m_client.abort();
        m_loop.exit(code);
    }

    std::FILE *m_out;
    std::FILE *m_err;
    std::optional<int> m_left;
    SseClient m_client;
    QEventLoop m_loop;
};

} // namespace

int runSse(const SseOptions &options, std::FILE *out, std::FILE *err)
{
    if (options.max && *options.max <= 0)
        return 0;
    SsePrinter printer(options, out, err);
    return printer.run();
}

} // namespace Kintsugi
