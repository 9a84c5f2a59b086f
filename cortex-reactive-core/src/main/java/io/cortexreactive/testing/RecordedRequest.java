package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderConfig;

/**
 * A request that reached a {@link ScriptedProvider}.
 *
 * @param number from 1, in order of subscription
 * @param request what was asked
 * @param config what the view it came through overrides; {@link ProviderConfig#NONE} for the provider itself
 */
public record RecordedRequest(int number, ChatRequest request, ProviderConfig config) {}
