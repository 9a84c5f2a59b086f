package io.cortexreactive.provider.wire;

import io.cortexreactive.provider.GarbledResponseException;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Status and headers of a response. */
public final class ResponseHead {

    private final int status;
    private final HttpHeaders headers;
    private final CallSecrets secrets;

    ResponseHead(int status, HttpHeaders headers, CallSecrets secrets) {
        this.status = status;
        this.headers = headers;
        this.secrets = secrets;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /**
     * The first value of a header, whatever the case of its name, without the call's secrets; null if there is none.
     */
    public @Nullable String header(String name) {
        String value = headers.get(name);
        return value == null ? null : secrets.mask(value);
    }

    /** Whether the service took the request. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * Checks that the body is of this type, where its type is told, and not compressed, since nobody asked for that.
     *
     * @throws GarbledResponseException if it is something else, such as a proxy's page
     */
    public void requireType(String type, CallState call) {
        String encoding = header("content-encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw new GarbledResponseException(
                    "The answer is compressed (" + shown(encoding) + "), which nobody asked for", call.failure(), null);
        }
        String told = header("content-type");
        if (told != null && !told.strip().toLowerCase(Locale.ROOT).startsWith(type)) {
            throw new GarbledResponseException(
                    "The answer is not " + type + " but " + shown(told), call.failure(), null);
        }
    }

    private static String shown(String value) {
        return ServiceError.excerpt(value);
    }
}
