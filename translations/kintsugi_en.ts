<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Kintsugi::ClientsPanel</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln client(s) took nothing for too long and were dropped</source>
        <translation>
            <numerusform>%Ln client took nothing for too long and was dropped</numerusform>
            <numerusform>%Ln clients took nothing for too long and were dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln client(s) are disconnected. They may come back by themselves.</source>
        <translation>
            <numerusform>%Ln client is disconnected. It may come back by itself.</numerusform>
            <numerusform>%Ln clients are disconnected. They may come back by themselves.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::EventModel</name>
    <message numerus="yes">
        <source>mended: %1 dead, %n stage(s) from cache</source>
        <translation>
            <numerusform>mended: %1 dead, %n stage from cache</numerusform>
            <numerusform>mended: %1 dead, %n stages from cache</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::Inspector</name>
    <message numerus="yes">
        <source>%1, attempt %2, %n event(s).</source>
        <translation>
            <numerusform>%1, attempt %2, %n event.</numerusform>
            <numerusform>%1, attempt %2, %n events.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n time(s), saved %1</source>
        <translation>
            <numerusform>%n time, saved %1</numerusform>
            <numerusform>%n times, saved %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::MainWindow</name>
    <message numerus="yes">
        <source>Reattached after event %1: %n event(s) replayed</source>
        <translation>
            <numerusform>Reattached after event %1: %n event replayed</numerusform>
            <numerusform>Reattached after event %1: %n events replayed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n event(s)</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) of steps</source>
        <translation>
            <numerusform>%n result of a step</numerusform>
            <numerusform>%n results of steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::RunView</name>
    <message numerus="yes">
        <source>started %n times</source>
        <translation>
            <numerusform>started once</numerusform>
            <numerusform>started %n times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Broken %n times, last %1, mended %2 later.</source>
        <translation>
            <numerusform>Broken once, %1, mended %2 later.</numerusform>
            <numerusform>Broken %n times, last %1, mended %2 later.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Completed · %n attempts</source>
        <translation>
            <numerusform>Completed · %n attempt</numerusform>
            <numerusform>Completed · %n attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::StatusLine</name>
    <message numerus="yes">
        <source>%Ln running</source>
        <translation>
            <numerusform>%Ln running</numerusform>
            <numerusform>%Ln running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln client(s)</source>
        <translation>
            <numerusform>%Ln client</numerusform>
            <numerusform>%Ln clients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>, %Ln dropped</source>
        <extracomment>Follows a number of clients.</extracomment>
        <translation>
            <numerusform>, %Ln dropped</numerusform>
            <numerusform>, %Ln dropped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::StepModel</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n time</numerusform>
            <numerusform>%n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::WireModel</name>
    <message numerus="yes">
        <source>%Ln comment(s) since the last frame</source>
        <translation>
            <numerusform>%Ln comment since the last frame</numerusform>
            <numerusform>%Ln comments since the last frame</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::WirePanel</name>
    <message numerus="yes">
        <source>%Ln frame(s) are on the clipboard.</source>
        <translation>
            <numerusform>%Ln frame is on the clipboard.</numerusform>
            <numerusform>%Ln frames are on the clipboard.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Kintsugi::Words</name>
    <message numerus="yes">
        <source>%Ln row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tick(s) were in the log already. The handler read them and goes on with tick %1.</source>
        <translation>
            <numerusform>%n tick was in the log already. The handler read it and goes on with tick %1.</numerusform>
            <numerusform>%n ticks were in the log already. The handler read them and goes on with tick %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stage(s) had committed a result. It is read, not computed again.</source>
        <translation>
            <numerusform>%n stage had committed a result. It is read, not computed again.</numerusform>
            <numerusform>%n stages had committed a result. They are read, not computed again.</numerusform>
        </translation>
    </message>
</context>
</TS>
