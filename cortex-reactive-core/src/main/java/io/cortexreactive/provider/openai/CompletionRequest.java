package io.cortexreactive.provider.openai;

/**
 * A mapped request.
 *
 * @param streamed whether the answer is to come piece by piece
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent") // made and sent, never compared
record CompletionRequest(String model, boolean streamed, byte[] body) {}
