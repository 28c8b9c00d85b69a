# What makes a mistake in memory end the process rather than be of use to a stranger. For the folder that includes
# this and those below it, and not for sanitizers and fuzzers, which find the same mistakes sooner.
# tests/integration/hardening_test.py looks for it in the program. Source: OpenSSF, "Compiler Options Hardening
# Guide for C and C++".
include(CheckCXXCompilerFlag)

# Where the program lies in memory differs from run to run. Not by CMAKE_POSITION_INDEPENDENT_CODE, which makes
# static libraries with -fPIC: functions that a library might replace are not inlined.
add_compile_options(-fPIE)
add_link_options(-pie)

# The compiler knows which of these the system has.
set(flags
  -fstack-protector-strong         # a return address that was written over is not returned to
  -fstack-clash-protection)        # a large frame cannot jump over the page that guards the stack
# Jumps and returns end where the compiler meant. clang takes either on the other processor, and warns of each file.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|i[3-6]86|AMD64)$")
  list(APPEND flags -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND flags -mbranch-protection=standard)
endif()
foreach(flag IN LISTS flags)
  string(MAKE_C_IDENTIFIER "has${flag}" has_flag)
  check_cxx_compiler_flag(${flag} ${has_flag})
  if(${has_flag})
    add_compile_options(${flag})
  endif()
endforeach()

# The C library checks sizes that the compiler knows, and where it can compute them (3: gcc 12 and clang). That needs
# an optimiser.
set(fortify 3)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  set(fortify 2)
endif()
add_compile_options("$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=${fortify}>")
# The standard library checks indices and empty optionals.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# Nothing that functions are found by can be written once the program runs, and no data can be run.
add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
