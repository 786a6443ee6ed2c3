# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Comes with the installed package, and serves our own tests.

# kintsugi_add_task_plugin(letters letters.cpp …): the library letters.so, for --plugin or for plugins/ in the
# application-data folder. A MODULE, so that the engine's names may stay open: the program that loads it has them.
function(kintsugi_add_task_plugin name)
    add_library(${name} MODULE ${ARGN})
    set_target_properties(${name} PROPERTIES PREFIX "" AUTOMOC ON)
    target_link_libraries(${name} PRIVATE Kintsugi::TaskPlugin)
endfunction()
