package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.ServiceError;
import io.cortexreactive.provider.wire.TransportErrors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/** Where errors of the SDK become errors of this library. Every row of its table has a test. */
final class ErrorTranslator {

    private static final int MAX_CAUSES = 16;

    private final ServiceErrors service;

    ErrorTranslator(ServiceErrors service) {
        this.service = service;
    }

    /** The error to show. One of ours passes as it is, also from within others. */
    Throwable translate(Throwable error, CallState call) {
        AwsServiceException said = find(AwsServiceException.class, error);
        if (said != null) {
            CallSecrets secrets = call.secrets();
            return service.translate(ServiceReport.of(said, secrets), call, isDiscreet(said, secrets) ? said : null);
        }
        JsonProcessingException unread = find(JsonProcessingException.class, error);
        if (unread == null) {
            return TransportErrors.translate(error, call);
        }
        // The SDK's own error would quote the answer, and has a stack as deep as the JSON.
        String told = call.secrets().mask(String.valueOf(unread.getOriginalMessage()));
        return new GarbledResponseException(
                "The answer cannot be decoded: " + ServiceError.words(null, told), call.failure(), null);
    }

    /** Whether its own message can be shown: it has the service's words, which may quote a key. */
    private static boolean isDiscreet(AwsServiceException said, CallSecrets secrets) {
        String message = said.getMessage();
        return message == null
                || ServiceError.words(null, secrets.mask(message)).equals(message);
    }

    private static <E extends Throwable> @Nullable E find(Class<E> type, Throwable error) {
        Throwable next = error;
        for (int depth = 0; next != null && depth < MAX_CAUSES; depth++) {
            if (type.isInstance(next)) {
                return type.cast(next);
            }
            next = next.getCause();
        }
        return null;
    }
}
