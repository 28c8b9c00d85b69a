# Writes OUTPUT, a C++ file with the bytes of every file of WEB_FILES, PROTOCOL_FILES and PROSE_FILES: the
# program carries its page and its protocol with it. Run by the build:
#   cmake -DOUTPUT=... -DSOURCE=... -DWEB_FILES="a;b" -DPROTOCOL_FILES="c;d" -DPROSE_FILES=e -P embed_files.cmake
# The page is served at /, proto/ at /protocol/ with a list for each of its folders, and prose where it
# stands in SOURCE, the top folder, which is where a link from /protocol/ finds it.
set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_svg "image/svg+xml")
set(type_of_json "application/json")
set(type_of_bin "application/octet-stream")
# As plain text, which every browser shows; the one without an extension is proto/conformance.
foreach(extension md py sh cpp mjs toml typed "")
  set(type_of_${extension} "text/plain; charset=utf-8")
endforeach()

set(arrays "")
set(table "")
set(index 0)

function(embed path url)
  get_filename_component(extension ${path} LAST_EXT)
  string(REGEX REPLACE "^\\." "" extension "${extension}")
  if(NOT DEFINED type_of_${extension})
    message(FATAL_ERROR "${path}: this file names no content type for it")
  endif()
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
  file(RELATIVE_PATH name ${SOURCE}/proto ${path})
  if(name STREQUAL "README.md")
    embed(${path} "/protocol/")
  else()
    embed(${path} "/protocol/${name}")
  endif()
  # Its folder lists it, and is listed by the folder above.
  while(name MATCHES "^(.*/)([^/]+/?)$")
    set(name ${CMAKE_MATCH_1})
    list(APPEND folders ${name})
    list(APPEND listed_in_${name} ${CMAKE_MATCH_2})
  endwhile()
endforeach()
list(REMOVE_DUPLICATES folders)
foreach(folder ${folders})
  set(list "<!doctype html>\n<meta charset=\"utf-8\">\n<title>${folder}</title>\n<ul>\n")
  list(REMOVE_DUPLICATES listed_in_${folder})
  list(SORT listed_in_${folder})
  foreach(name ${listed_in_${folder}})
    string(APPEND list "<li><a href=\"${name}\">${name}</a>\n")
  endforeach()
  file(WRITE ${OUTPUT}.folder.html "${list}</ul>\n")
  embed(${OUTPUT}.folder.html "/protocol/${folder}")
endforeach()
file(REMOVE ${OUTPUT}.folder.html)
foreach(path ${PROSE_FILES})
  file(RELATIVE_PATH name ${SOURCE} ${path})
  embed(${path} "/${name}")
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
