freshframe_unit_test(message_base64_test message_base64_test.cpp freshframe_message)
target_link_libraries(message_base64_test PRIVATE PkgConfig::HWY)
freshframe_unit_test(message_frame_message_test message_frame_message_test.cpp freshframe_message)
freshframe_unit_test(message_status_message_test message_status_message_test.cpp freshframe_message)
freshframe_unit_test(message_reply_messages_test message_reply_messages_test.cpp freshframe_message)
freshframe_unit_test(message_client_message_test message_client_message_test.cpp freshframe_message)

# The fuzz target's corpus, replayed by any compiler.
add_executable(message_client_message_replay
  ${CMAKE_CURRENT_LIST_DIR}/../fuzz/client_message_fuzz.cpp
  ${CMAKE_CURRENT_LIST_DIR}/../fuzz/replay_main.cpp)
target_link_libraries(message_client_message_replay PRIVATE freshframe_message)
add_test(NAME message_client_message_replay
  COMMAND message_client_message_replay ${CMAKE_CURRENT_LIST_DIR}/../fuzz/corpus/client_message)
