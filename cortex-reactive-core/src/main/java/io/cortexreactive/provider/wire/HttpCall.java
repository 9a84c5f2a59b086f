package io.cortexreactive.provider.wire;

import io.cortexreactive.provider.ServiceAddress;
import java.net.URI;
import java.util.Map;

/**
 * One HTTP request.
 *
 * @param method such as {@code POST}
 * @param uri absolute, and already encoded
 * @param headers without {@code Host} and {@code Content-Length}, which are added
 * @param body empty for none; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // made and sent, never compared
public record HttpCall(String method, URI uri, Map<String, String> headers, byte[] body) {

    private static final byte[] NO_BODY = {};

    public HttpCall {
        headers = Map.copyOf(headers);
    }

    /** Asks for something. */
    public static HttpCall get(URI uri, Map<String, String> headers) {
        return new HttpCall("GET", uri, headers, NO_BODY);
    }

    /** Sends something. */
    public static HttpCall post(URI uri, Map<String, String> headers, byte[] body) {
        return new HttpCall("POST", uri, headers, body);
    }

    @Override
    public String toString() {
        return method + " " + ServiceAddress.shown(uri.toString());
    }
}
