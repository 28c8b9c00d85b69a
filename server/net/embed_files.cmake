# Writes OUTPUT, a C++ file with every file of FOLDER as bytes: the program carries its web page
# with it. Run by the build: cmake -DOUTPUT=... -DFOLDER=... -P embed_files.cmake
set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_svg "image/svg+xml")
set(type_of_png "image/png")
set(type_of_webmanifest "application/manifest+json")

file(GLOB paths ${FOLDER}/*)
list(SORT paths)
set(arrays "")
set(table "")
set(index 0)
foreach(path ${paths})
  get_filename_component(name ${path} NAME)
  get_filename_component(extension ${path} LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED type_of_${extension})
    # A test or a note that lies beside the page is not part of it.
    continue()
  endif()
  file(READ ${path} hex HEX)
  file(SHA256 ${path} digest)
  string(SUBSTRING ${digest} 0 16 tag)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char kFile${index}[] = {${bytes}};\n")
  string(APPEND table
    "    {\"${name}\", \"${type_of_${extension}}\", \"\\\"${tag}\\\"\",\n"
    "     {reinterpret_cast<const char*>(kFile${index}), sizeof(kFile${index})}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT}
"#include \"net/static_files.h\"

namespace freshframe {

namespace {

${arrays}
const StaticFile kFiles[] = {
${table}};

}  // namespace

std::span<const StaticFile> static_files() {
  return kFiles;
}

}  // namespace freshframe
")
