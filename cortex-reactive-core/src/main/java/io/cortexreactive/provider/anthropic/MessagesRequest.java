package io.cortexreactive.provider.anthropic;

import java.util.List;

/**
 * A mapped request.
 *
 * @param betas those it asks for, besides the provider's own
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent") // made and sent, never compared
record MessagesRequest(String model, List<String> betas, byte[] body) {}
