package io.cortexreactive.memory;

import io.cortexreactive.message.Message;

/**
 * A message of a conversation.
 *
 * @param position its number in the conversation, from 1, without gaps
 */
public record StoredMessage(long position, Message message) {}
