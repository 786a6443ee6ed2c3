# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One way to make a room's library, a program or a test: the flags, the precompiled headers and the alias come with it.

include(GNUInstallDirs)

add_library(kintsugi_flags INTERFACE)
target_include_directories(kintsugi_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(kintsugi_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
    QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_DISABLE_DEPRECATED_BEFORE=0x060400
    KINTSUGI_VERSION="${PROJECT_VERSION}")
target_compile_options(kintsugi_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
    $<$<BOOL:${KINTSUGI_WERROR}>:-Werror>
    $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
target_link_libraries(kintsugi_flags INTERFACE Threads::Threads)

# Kintsugi::TaskPlugin, the same inside the tree and from an installed package. Headers alone: the engine itself is in the
# program that loads the plugin (kintsugi_export_engine).
add_library(kintsugi_taskplugin INTERFACE)
add_library(Kintsugi::TaskPlugin ALIAS kintsugi_taskplugin)
set_target_properties(kintsugi_taskplugin PROPERTIES EXPORT_NAME TaskPlugin)
target_compile_features(kintsugi_taskplugin INTERFACE cxx_std_23)
target_link_libraries(kintsugi_taskplugin INTERFACE Qt6::Core)
target_include_directories(kintsugi_taskplugin INTERFACE
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/kintsugi>")
# Without QT_NO_KEYWORDS ctx.emit() does not compile. Hidden names: a plugin's own Tick stays its own, whatever
# the program or another plugin calls Tick.
target_compile_definitions(kintsugi_taskplugin INTERFACE QT_NO_KEYWORDS KINTSUGI_VERSION="${PROJECT_VERSION}")
target_compile_options(kintsugi_taskplugin INTERFACE -fvisibility=hidden)

# The precompiled headers: one set without widgets, one with. Built once, reused by every target.
add_library(kintsugi_pch_core STATIC "${CMAKE_SOURCE_DIR}/packaging/cmake/pch.cpp")
target_link_libraries(kintsugi_pch_core PUBLIC kintsugi_flags Qt6::Core)
target_precompile_headers(kintsugi_pch_core PRIVATE
    <QtCore/QtCore> <algorithm> <chrono> <coroutine> <deque> <expected> <functional> <map> <memory> <optional>
    <stop_token> <string> <utility> <variant> <vector>)
add_library(kintsugi_pch_gui STATIC "${CMAKE_SOURCE_DIR}/packaging/cmake/pch.cpp")
target_link_libraries(kintsugi_pch_gui PUBLIC kintsugi_flags Qt6::Widgets)
target_precompile_headers(kintsugi_pch_gui PRIVATE
    <QtCore/QtCore> <QtGui/QtGui> <QtWidgets/QtWidgets> <algorithm> <chrono> <coroutine> <expected> <functional> <memory>
    <optional> <utility> <variant> <vector>)

# kintsugi_add_library(store FILES … PUBLIC … PRIVATE …): the static library kintsugi_store, alias Kintsugi::Store.
function(kintsugi_add_library room)
    cmake_parse_arguments(arg "GUI" "" "FILES;PUBLIC;PRIVATE" ${ARGN})
    string(SUBSTRING "${room}" 0 1 head)
    string(SUBSTRING "${room}" 1 -1 tail)
    string(TOUPPER "${head}" head)
    qt_add_library(kintsugi_${room} STATIC ${arg_FILES})
    add_library(Kintsugi::${head}${tail} ALIAS kintsugi_${room})
    target_link_libraries(kintsugi_${room} PUBLIC kintsugi_flags ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(arg_GUI)
        target_precompile_headers(kintsugi_${room} REUSE_FROM kintsugi_pch_gui)
    else()
        target_precompile_headers(kintsugi_${room} REUSE_FROM kintsugi_pch_core)
    endif()
endfunction()

# kintsugi_export_engine(program): task plugins find the engine in it. All of the engine is linked in, whether the program
# itself calls it or not, and its names can be seen by what is loaded later. A plugin thus shares the one engine that runs it;
# a copy of its own, from static libraries, would have other statics and other types behind the same names.
function(kintsugi_export_engine program)
    set_target_properties(${program} PROPERTIES ENABLE_EXPORTS ON)
    foreach(room model store runtime)
        target_link_options(${program} PRIVATE
            "LINKER:--whole-archive,$<TARGET_FILE:kintsugi_${room}>,--no-whole-archive")
    endforeach()
endfunction()

# What the tests say to the sanitizers; without one nobody listens. Qt orders its threads by atomics with relaxed loads that a
# branch follows, which ThreadSanitizer only believes when they are stronger; code of ours has none that are weaker. It would
# also sleep before each exit, of the keeper of a command too.
set(KINTSUGI_SANITIZER_ENVIRONMENT
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp"
    "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1"
    "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp:halt_on_error=0:exitcode=66:second_deadlock_stack=1:force_seq_cst_atomics=1:atexit_sleep_ms=0")

# kintsugi_add_test(store/tst_committer [GUI] LIBRARIES … [LABELS …] [TIMEOUT s]): the Qt Test program of that source.
function(kintsugi_add_test source)
    cmake_parse_arguments(arg "GUI" "TIMEOUT" "LIBRARIES;LABELS;FILES" ${ARGN})
    string(REPLACE "/" "_" name "${source}")
    qt_add_executable(${name} ${source}.cpp ${arg_FILES})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(${name} PRIVATE kintsugi_flags Qt6::Test ${arg_LIBRARIES})
    if(arg_GUI)
        target_precompile_headers(${name} REUSE_FROM kintsugi_pch_gui)
    else()
        target_precompile_headers(${name} REUSE_FROM kintsugi_pch_core)
    endif()
    if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
        target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/support/cloneforks.cpp")
    endif()
    target_compile_definitions(${name} PRIVATE KINTSUGI_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
        KINTSUGI_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    add_test(NAME ${source} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300) # Also under a sanitizer on a busy machine.
    endif()
    # A data folder of their own, so that nobody's plugins have a say in them.
    set_tests_properties(${source} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;XDG_DATA_HOME=${CMAKE_BINARY_DIR}/tests/data;KINTSUGI_DB=;KINTSUGI_ENV=;PGHOST=;${KINTSUGI_SANITIZER_ENVIRONMENT}")
endfunction()
