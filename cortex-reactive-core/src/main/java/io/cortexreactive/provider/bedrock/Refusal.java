package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;

/** Refuses a request before any I/O, in the name of the provider it was meant for. */
record Refusal(ProviderFailure failure) {

    InvalidRequestException because(String reason) {
        return new InvalidRequestException(reason, failure, null);
    }
}
