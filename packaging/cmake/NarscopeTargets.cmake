# SPDX-License-Identifier: GPL-3.0-or-later
# The kinds of target in this project, so that every CMakeLists reads alike.

add_custom_target(tsan_tests)
add_custom_target(fuzzers)

if(BUILD_SHARED_LIBS)
  add_compile_options(-fPIC) # executables too, or they could not use the libraries' precompiled header
endif()

# One precompiled header for all: reading Qt's and the library's headers was most of the time of a build.
option(NARSCOPE_PCH "Share precompiled headers between targets" ON)
function(narscope_shared_headers name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cpp)
  set_target_properties(${name} PROPERTIES AUTOMOC OFF)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} narscope_strict)
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()
if(NARSCOPE_PCH)
  set(core_headers <algorithm> <chrono> <coroutine> <expected> <functional> <map> <memory> <optional> <ranges> <set>
    <span> <unordered_map> <vector> <QByteArray> <QDateTime> <QDir> <QFile> <QHash> <QJsonArray> <QJsonDocument>
    <QJsonObject> <QList> <QObject> <QRegularExpression> <QString> <QStringList> <QThread> <QThreadPool> <QTimer> <QUrl>)
  narscope_shared_headers(narscope_core_headers HEADERS ${core_headers} LIBS Qt6::Core)
  narscope_shared_headers(narscope_ui_headers LIBS Qt6::Core Qt6::Gui Qt6::Widgets
    HEADERS ${core_headers} <QAbstractItemModel> <QAbstractItemView> <QAction> <QApplication> <QHeaderView> <QLabel>
    <QLayout> <QPainter> <QPushButton> <QStyledItemDelegate> <QTreeView> <QWidget>)
endif()
function(narscope_use_headers target)
  if(NARSCOPE_PCH)
    get_target_property(libs ${target} LINK_LIBRARIES)
    if(";${libs};" MATCHES ";Qt6::Widgets;|;narscope_(ui|widgets|models|jobs|activity|verify|logs|shell)[^;]*;")
      target_precompile_headers(${target} REUSE_FROM narscope_ui_headers)
    else()
      target_precompile_headers(${target} REUSE_FROM narscope_core_headers)
    endif()
  endif()
endfunction()

# narscope_library(<folder> SOURCES ... PUBLIC libs PRIVATE libs): one library per folder of app/ or ui/. Static, but shared
# where presets set BUILD_SHARED_LIBS: with sanitizers a test that holds a copy of everything takes up to 400 MB.
function(narscope_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(narscope_${name} ${ARG_SOURCES})
  set_target_properties(narscope_${name} PROPERTIES DEFINE_SYMBOL "") # one more macro would shut out the precompiled header
  target_include_directories(narscope_${name} PUBLIC ${PROJECT_SOURCE_DIR}/app)
  target_link_libraries(narscope_${name} PUBLIC ${ARG_PUBLIC} PRIVATE narscope_strict ${ARG_PRIVATE})
  narscope_use_headers(narscope_${name})
endfunction()

# A test's own moc, called directly: AUTOMOC's scan and the second, empty file that it compiles are a third of what building
# a small test costs. NAME_test.cpp includes NAME_test.moc; a header is looked at when CMake runs.
function(narscope_test_moc target)
  set_target_properties(${target} PROPERTIES AUTOMOC OFF)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_moc)
  file(MAKE_DIRECTORY ${folder})
  foreach(source ${ARGN})
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    cmake_path(GET source STEM stem)
    if(source MATCHES "_test\\.cpp$")
      set(output ${folder}/${stem}.moc)
    elseif(source MATCHES "\\.h$")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      file(STRINGS ${source} objects REGEX "^ *Q_OBJECT" LIMIT_COUNT 1)
      if(NOT objects)
        continue()
      endif()
      set(output ${folder}/moc_${stem}.cpp)
    else()
      continue()
    endif()
    add_custom_command(OUTPUT ${output} COMMAND Qt6::moc -o ${output} ${source} DEPENDS ${source} VERBATIM)
    target_sources(${target} PRIVATE ${output})
  endforeach()
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# Behind narscope_strict on the link line, so that it has the last word: QTRY_COMPARE narrows its time-out.
add_library(narscope_test_options INTERFACE)
target_compile_options(narscope_test_options INTERFACE -Wno-conversion -Wno-sign-conversion)

# narscope_test(<name> SOURCES ... LIBS ... [THREADED] [LONG]): a QtTest executable registered with CTest.
# LONG ones wait for servers that keep still, mostly: they start first, so that no run ends with one of them alone.
# THREADED ones also run under ThreadSanitizer. Debian's Qt is built without it, so what Qt's pools and queued calls put in
# order looks like a race: only tests whose threads do not meet through those may be THREADED.
function(narscope_test name)
  cmake_parse_arguments(ARG "THREADED;LONG" "" "SOURCES;LIBS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  narscope_test_moc(test_${name} ${ARG_SOURCES})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR})
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBS} Qt6::Test narscope_strict narscope_test_options)
  target_compile_definitions(test_${name} PRIVATE
    NARSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" NARSCOPE_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
  narscope_use_headers(test_${name})
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "TZ=UTC;LC_ALL=C.UTF-8;QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=*.debug=false;ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1;UBSAN_OPTIONS=print_stacktrace=1;TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/packaging/tsan.supp")
  if(ARG_LONG)
    set_tests_properties(${name} PROPERTIES COST 60)
  endif()
  if(ARG_THREADED)
    set_tests_properties(${name} PROPERTIES LABELS tsan)
    add_dependencies(tsan_tests test_${name})
  endif()
endfunction()

# narscope_fuzz(<name> SOURCES ... LIBS ...): a libFuzzer target; only with -DNARSCOPE_FUZZ=ON and clang.
function(narscope_fuzz name)
  if(NOT NARSCOPE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  set_target_properties(fuzz_${name} PROPERTIES AUTOMOC OFF)
  add_dependencies(fuzzers fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS} narscope_strict)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# narscope_bench(<name> SOURCES ... LIBS ...): a Google Benchmark executable; only with -DNARSCOPE_BENCH=ON.
function(narscope_bench name)
  if(NOT NARSCOPE_BENCH)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  find_package(benchmark REQUIRED)
  add_executable(bench_${name} ${ARG_SOURCES})
  set_target_properties(bench_${name} PROPERTIES AUTOMOC OFF)
  target_include_directories(bench_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(bench_${name} PRIVATE ${ARG_LIBS} benchmark::benchmark narscope_strict)
endfunction()
