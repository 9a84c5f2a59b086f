package io.cortexreactive.testing;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The real service would refuse this request, with this status and error type. */
final class RefusedRequestException extends CortexException implements Lasting {

    private final int status;
    private final String type;
    private final String reason;

    RefusedRequestException(int status, String type, String reason) {
        super("refused_request", reason, null);
        this.status = status;
        this.type = type;
        this.reason = reason;
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String reason() {
        return reason;
    }
}
