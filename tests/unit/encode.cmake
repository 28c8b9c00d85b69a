freshframe_unit_test(encode_full_range_test encode_full_range_test.cpp freshframe_encode)
freshframe_unit_test(encode_jpeg_marker_walk_test encode_jpeg_marker_walk_test.cpp freshframe_encode)
freshframe_unit_test(encode_pattern_test encode_pattern_test.cpp freshframe_encode)
freshframe_unit_test(encode_pass_through_test encode_pass_through_test.cpp freshframe_encode)
freshframe_unit_test(encode_turbo_test encode_turbo_test.cpp freshframe_encode)
foreach(test encode_jpeg_marker_walk_test encode_pass_through_test
             encode_pattern_test encode_turbo_test)
  target_link_libraries(${test} PRIVATE PkgConfig::TURBOJPEG)
endforeach()

# The fuzz target's corpus, replayed by any compiler.
add_executable(encode_jpeg_marker_walk_replay
  ${CMAKE_CURRENT_LIST_DIR}/../fuzz/jpeg_marker_walk_fuzz.cpp
  ${CMAKE_CURRENT_LIST_DIR}/../fuzz/replay_main.cpp)
target_link_libraries(encode_jpeg_marker_walk_replay PRIVATE freshframe_encode)
add_test(NAME encode_jpeg_marker_walk_replay
  COMMAND encode_jpeg_marker_walk_replay ${CMAKE_CURRENT_LIST_DIR}/../fuzz/corpus/jpeg_marker_walk)
