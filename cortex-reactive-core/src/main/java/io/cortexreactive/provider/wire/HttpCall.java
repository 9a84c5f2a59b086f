package io.cortexreactive.provider.wire;

import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ServiceAddress;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;

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

    /** A name is a token of RFC 9110; in a value only characters of one byte, without controls, arrive as they were. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");

    /** @throws ProviderConfigurationException if a header cannot be sent, such as a key that ends in a line break */
    public HttpCall {
        headers = Map.copyOf(headers);
        headers.forEach(HttpCall::requireSendable);
    }

    /**
     * Refuses a header that cannot be sent.
     *
     * @throws ProviderConfigurationException that does not show the value
     */
    public static void requireSendable(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new ProviderConfigurationException("No HTTP header can be named '" + name + "'.", "header");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new ProviderConfigurationException(
                    "The header '" + name + "' has a character that cannot be sent, such as a line break. Look at the"
                            + " key or header that was configured.",
                    "header");
        }
    }

    /** What must not be told of it. */
    public CallSecrets secrets() {
        return CallSecrets.of(headers);
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
