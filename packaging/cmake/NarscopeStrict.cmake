# SPDX-License-Identifier: GPL-3.0-or-later
# One INTERFACE target that every target of ours links: warnings, Qt's strict switches, hardening, sanitizers.
add_library(narscope_strict INTERFACE)
target_compile_options(narscope_strict INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Woverloaded-virtual
  # A designated initialiser that leaves members out is how our values are made.
  -Wno-missing-field-initializers
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 14 reports these on correct std::expected and coroutine code once it inlines. ccache needs the second.
  target_compile_options(narscope_strict INTERFACE -Wno-maybe-uninitialized -fpch-preprocess)
endif()
if(NARSCOPE_WERROR)
  target_compile_options(narscope_strict INTERFACE -Werror)
endif()
target_compile_definitions(narscope_strict INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
  QT_NO_CONTEXTLESS_CONNECT QT_NO_KEYWORDS QT_NO_FOREACH QT_STRICT_ITERATORS
  QT_DISABLE_DEPRECATED_UP_TO=0x060800
  NARSCOPE_VERSION="${PROJECT_VERSION}")
if(NARSCOPE_SANITIZE)
  target_compile_options(narscope_strict INTERFACE -fsanitize=${NARSCOPE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(narscope_strict INTERFACE -fsanitize=${NARSCOPE_SANITIZE})
else()
  target_compile_definitions(narscope_strict INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_GLIBCXX_ASSERTIONS _FORTIFY_SOURCE=3>)
  target_compile_options(narscope_strict INTERFACE -fstack-protector-strong)
endif()

# Every test is an executable with most of the program in it: lld links one in a quarter of the time.
find_program(NARSCOPE_LLD ld.lld)
if(NARSCOPE_LLD)
  target_link_options(narscope_strict INTERFACE -fuse-ld=lld)
  if(NOT NARSCOPE_SANITIZE)
    target_link_options(narscope_strict INTERFACE -Wl,--compress-debug-sections=zstd) # 40 MB instead of 100
  endif()
endif()
