package io.cortexreactive.provider.wire;

/**
 * Reads the response to one call.
 *
 * @param <T> what the body is made of
 */
public interface ResponseReader<T> {

    /**
     * The decoder for the body of a successful response.
     *
     * @throws RuntimeException if the head shows already that it cannot be read
     */
    BodyDecoder<T> decoder(ResponseHead head);

    /**
     * The error for a response that is no success.
     *
     * @param body at most the first 8 KiB, or what came of them within a second, without the call's secrets
     */
    Throwable refused(ResponseHead head, byte[] body);
}
