freshframe_unit_test(app_camera_spec_test app_camera_spec_test.cpp freshframe_app)
freshframe_unit_test(app_choose_cameras_test app_choose_cameras_test.cpp freshframe_app)
freshframe_unit_test(app_config_file_test app_config_file_test.cpp freshframe_app)
freshframe_unit_test(app_options_test app_options_test.cpp freshframe_app)
freshframe_unit_test(app_near_miss_test app_near_miss_test.cpp freshframe_app)
freshframe_unit_test(app_pipeline_test app_pipeline_test.cpp freshframe_app)

# The fuzz targets' corpora, replayed by any compiler.
foreach(name camera_spec config)
  add_executable(app_${name}_replay
    ${CMAKE_CURRENT_LIST_DIR}/../fuzz/${name}_fuzz.cpp
    ${CMAKE_CURRENT_LIST_DIR}/../fuzz/replay_main.cpp)
  target_link_libraries(app_${name}_replay PRIVATE freshframe_app)
  add_test(NAME app_${name}_replay
    COMMAND app_${name}_replay ${CMAKE_CURRENT_LIST_DIR}/../fuzz/corpus/${name})
endforeach()
