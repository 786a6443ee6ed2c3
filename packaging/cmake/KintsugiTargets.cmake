# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One way to make a room's library, a program or a test: the flags, the precompiled headers and the alias come with it.

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
    target_compile_definitions(${name} PRIVATE KINTSUGI_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
        KINTSUGI_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    add_test(NAME ${source} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300) # Also under a sanitizer on a busy machine.
    endif()
    set_tests_properties(${source} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;KINTSUGI_DB=;KINTSUGI_ENV=;PGHOST=;LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp")
endfunction()
