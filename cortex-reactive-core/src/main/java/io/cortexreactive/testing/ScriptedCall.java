package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;

/**
 * One call as whoever answers it understood it.
 *
 * @param number from 1, in order of arrival
 * @param model the model asked for; empty if none was
 * @param credential the API key, or the access key id of a signed request; empty if there was none
 * @param streaming whether the answer is to be streamed
 * @param request what was asked, read back from the wire
 */
public record ScriptedCall(int number, String model, String credential, boolean streaming, ChatRequest request) {

    @Override
    public String toString() {
        return "ScriptedCall[number=" + number + ", model=" + model + ", credential=***, streaming=" + streaming
                + ", request=" + request + "]";
    }
}
