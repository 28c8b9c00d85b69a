freshframe_unit_test(encode_full_range_test encode_full_range_test.cpp freshframe_encode)
freshframe_unit_test(encode_jpeg_marker_walk_test encode_jpeg_marker_walk_test.cpp freshframe_encode)
freshframe_unit_test(encode_orientation_mark_test encode_orientation_mark_test.cpp freshframe_encode)
freshframe_unit_test(encode_pattern_test encode_pattern_test.cpp freshframe_encode)
freshframe_unit_test(encode_pass_through_test encode_pass_through_test.cpp freshframe_encode)
freshframe_unit_test(encode_png_chunk_walk_test encode_png_chunk_walk_test.cpp freshframe_encode)
target_link_libraries(encode_png_chunk_walk_test PRIVATE ZLIB::ZLIB)
freshframe_unit_test(encode_strips_test encode_strips_test.cpp freshframe_encode)
freshframe_unit_test(encode_stripwise_test encode_stripwise_test.cpp freshframe_encode)
freshframe_unit_test(encode_turbo_test encode_turbo_test.cpp freshframe_encode)
freshframe_unit_test(encode_v4l2_device_search_test encode_v4l2_device_search_test.cpp
                     freshframe_encode)
freshframe_unit_test(encode_v4l2_encoder_test encode_v4l2_encoder_test.cpp freshframe_encode)
foreach(test encode_jpeg_marker_walk_test encode_pass_through_test
             encode_pattern_test encode_strips_test encode_stripwise_test encode_turbo_test
             encode_v4l2_encoder_test)
  target_link_libraries(${test} PRIVATE PkgConfig::TURBOJPEG)
endforeach()
freshframe_corpus_replay(encode jpeg_marker_walk)
freshframe_corpus_replay(encode png_chunk_walk)
target_link_libraries(encode_png_chunk_walk_replay PRIVATE ZLIB::ZLIB)
freshframe_corpus_replay(encode strips)
target_link_libraries(encode_strips_replay PRIVATE PkgConfig::TURBOJPEG)

# For a machine with a device: tests/camera runs it.
add_executable(encode_v4l2_device_check encode_v4l2_device_check.cpp)
target_link_libraries(encode_v4l2_device_check PRIVATE freshframe_encode GTest::gtest_main
                                                       PkgConfig::TURBOJPEG)
