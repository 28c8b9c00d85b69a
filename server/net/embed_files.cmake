# Writes OUTPUT, a C++ file with the bytes of every file of WEB_FILES and PROTOCOL_FILES: the program
# carries its page and its protocol with it. Run by the build:
#   cmake -DOUTPUT=... -DWEB_FILES="a;b" -DPROTOCOL_FILES="c;d" -P embed_files.cmake
set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_svg "image/svg+xml")
set(type_of_json "application/json")
# As plain text, which every browser shows.
set(type_of_md "text/plain; charset=utf-8")
set(type_of_yaml "text/plain; charset=utf-8")

set(arrays "")
set(table "")
set(index 0)

function(embed path url)
  get_filename_component(extension ${path} LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  file(READ ${path} hex HEX)
  file(SHA256 ${path} digest)
  string(SUBSTRING ${digest} 0 16 tag)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  set(arrays "${arrays}constexpr unsigned char kFile${index}[] = {${bytes}};\n" PARENT_SCOPE)
  string(CONCAT entry
    "    {\"${url}\", \"${type_of_${extension}}\", \"\\\"${tag}\\\"\",\n"
    "     {reinterpret_cast<const char*>(kFile${index}), sizeof(kFile${index})}},\n")
  set(table "${table}${entry}" PARENT_SCOPE)
  math(EXPR next "${index} + 1")
  set(index ${next} PARENT_SCOPE)
endfunction()

foreach(path ${WEB_FILES})
  get_filename_component(name ${path} NAME)
  if(name STREQUAL "index.html")
    embed(${path} "/")
  elseif(NOT name STREQUAL "package.json")  # it only tells Node what the modules are
    embed(${path} "/${name}")
  endif()
endforeach()
foreach(path ${PROTOCOL_FILES})
  get_filename_component(name ${path} NAME)
  if(name STREQUAL "README.md")
    embed(${path} "/protocol/")
  else()
    embed(${path} "/protocol/${name}")
  endif()
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
