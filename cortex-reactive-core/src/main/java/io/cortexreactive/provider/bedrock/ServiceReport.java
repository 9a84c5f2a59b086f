package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.ResponseHead;
import io.cortexreactive.provider.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;

/**
 * What Bedrock told of a failure, whoever read it.
 *
 * @param code its name of the error
 * @param message its words
 * @param status the HTTP status; null for an exception in a stream
 * @param originalStatus what the model itself had answered, if told
 * @param requestId null if not told
 * @param body the beginning of the body; null for an exception in a stream
 * @param header the response's headers by lower-case name
 */
record ServiceReport(
        @Nullable String code,
        @Nullable String message,
        @Nullable Integer status,
        @Nullable Integer originalStatus,
        @Nullable String requestId,
        @Nullable String body,
        Function<String, @Nullable String> header) {

    /** More than is kept, so that a key at the cut is still recognised. */
    private static final int BODY_BYTES_READ = 8 * 1024;

    /** What the SDK made of it. */
    static ServiceReport of(AwsServiceException error, CallSecrets secrets) {
        AwsErrorDetails details = error.awsErrorDetails();
        SdkHttpResponse response = details == null ? null : details.sdkHttpResponse();
        return new ServiceReport(
                details == null ? null : masked(details.errorCode(), secrets),
                details == null ? null : masked(details.errorMessage(), secrets),
                status(response),
                error instanceof ModelErrorException model ? model.originalStatusCode() : null,
                masked(error.requestId(), secrets),
                details == null ? null : masked(text(details.rawResponse()), secrets),
                response == null
                        ? ServiceReport::noHeader
                        : name -> masked(response.firstMatchingHeader(name).orElse(null), secrets));
    }

    private static @Nullable String masked(@Nullable String text, CallSecrets secrets) {
        return text == null ? null : secrets.mask(text);
    }

    private static @Nullable String noHeader(String name) {
        return null;
    }

    /** The SDK gives an exception in a stream a status that nobody sent. */
    private static @Nullable Integer status(@Nullable SdkHttpResponse response) {
        return response == null || response.statusCode() == 0 ? null : (Integer) response.statusCode();
    }

    private static @Nullable String text(@Nullable SdkBytes raw) {
        return raw == null ? null : text(raw.asByteArrayUnsafe());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, BODY_BYTES_READ), StandardCharsets.UTF_8);
    }

    /** An HTTP error as it came. */
    static ServiceReport of(ResponseHead head, byte[] body) {
        Map<String, Object> fields = WireJson.objectOrEmpty(body, 0, body.length);
        return new ServiceReport(
                code(head, fields),
                message(fields),
                head.status(),
                originalStatus(fields),
                head.header("x-amzn-requestid"),
                text(body),
                head::header);
    }

    /** An exception in a stream. */
    static ServiceReport inStream(String code, @Nullable String message, byte[] payload) {
        Map<String, Object> fields = WireJson.objectOrEmpty(payload, 0, payload.length);
        String told = message(fields);
        return new ServiceReport(
                code, told == null ? message : told, null, originalStatus(fields), null, null, ServiceReport::noHeader);
    }

    /** In a header, perhaps with an address behind it, or in the body, perhaps with a name space before it. */
    private static @Nullable String code(ResponseHead head, Map<String, Object> fields) {
        String told = head.header("x-amzn-errortype");
        if (told == null || told.isBlank()) {
            told = fields.get("__type") instanceof String type ? type : null;
        }
        if (told == null) {
            return fields.get("code") instanceof String code ? code : null;
        }
        String name = told.substring(told.indexOf('#') + 1);
        int end = name.indexOf(':');
        return end < 0 ? name : name.substring(0, end);
    }

    private static @Nullable String message(Map<String, Object> fields) {
        Object told = fields.getOrDefault("message", fields.getOrDefault("Message", fields.get("errorMessage")));
        return told instanceof String text ? text : null;
    }

    private static @Nullable Integer originalStatus(Map<String, Object> fields) {
        return fields.get("originalStatusCode") instanceof Integer status ? status : null;
    }

    /** Whether the service itself spoke, in the protocol's form. */
    boolean isTold() {
        return code != null || message != null;
    }

    /** "Too many tokens per day" comes as throttling, but waiting the minutes that we would wait does not help. */
    boolean isDailyQuota() {
        return message != null && message.toLowerCase(Locale.ROOT).contains("per day");
    }

    /** Whether the model refused the request, rather than failed at it. */
    boolean isModelsRefusal() {
        Integer told = originalStatus;
        return told != null && told >= 400 && told < 500 && told != 408 && told != 429;
    }
}
