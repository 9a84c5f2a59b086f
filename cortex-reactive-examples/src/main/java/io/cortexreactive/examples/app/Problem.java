package io.cortexreactive.examples.app;

import io.cortexreactive.agent.AgentRunNotFailedException;
import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.workflow.WorkflowNotFoundException;
import io.cortexreactive.workflow.WorkflowNotPausedException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.core.MethodParameter;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebInputException;

/**
 * Why a request was refused: RFC 9457, with a code for programs.
 *
 * @param title what kind of refusal, for people
 * @param status the HTTP status
 * @param detail what was wrong, and what to do
 * @param code stable, for programs
 */
record Problem(String title, int status, String detail, String code) {

    static Problem of(Throwable error) {
        if (error instanceof RejectedException rejected) {
            return of(rejected.status(), rejected.code(), String.valueOf(rejected.getMessage()));
        }
        if (error instanceof TenantMissingException missing) {
            return of(
                    HttpStatus.BAD_REQUEST,
                    missing.code(),
                    "Say for whom this is, in the header " + CallerFilter.TENANT + ".");
        }
        if (error instanceof StoreUnavailableException away) {
            return of(
                    status(away),
                    away.code(),
                    away.getMessage() + " If it was the application's own PostgreSQL, and was killed, start the"
                            + " application again.");
        }
        if (error instanceof CortexException ours) {
            return of(status(ours), ours.code(), String.valueOf(ours.getMessage()));
        }
        if (hasCause(error, DataBufferLimitException.class)) {
            return of(HttpStatus.CONTENT_TOO_LARGE, "too_long", "The body is too large. Shorten it, or begin anew.");
        }
        if (error instanceof ServerWebInputException wrong && hasCause(error, DecodingException.class)) {
            return of(HttpStatus.BAD_REQUEST, "malformed_json", "The body is not the JSON this takes: " + form(wrong));
        }
        if (error instanceof ErrorResponse known) {
            String detail = known.getBody().getDetail();
            return of(known.getStatusCode(), "http_" + known.getStatusCode().value(), detail == null ? "" : detail);
        }
        return of(HttpStatus.INTERNAL_SERVER_ERROR, "internal", "The application failed; its log says why.");
    }

    private static HttpStatus status(CortexException error) {
        if (error instanceof Transient) {
            return HttpStatus.SERVICE_UNAVAILABLE;
        }
        if (error instanceof WorkflowNotFoundException
                || error instanceof AgentRunNotFoundException
                || error instanceof ApprovalNotFoundException) {
            return HttpStatus.NOT_FOUND;
        }
        if (error instanceof WorkflowNotPausedException || error instanceof AgentRunNotFailedException) {
            return HttpStatus.CONFLICT;
        }
        return error instanceof StoreFailedException || error instanceof CorruptStateException
                ? HttpStatus.INTERNAL_SERVER_ERROR
                : HttpStatus.BAD_REQUEST;
    }

    private static String form(ServerWebInputException wrong) {
        MethodParameter body = wrong.getMethodParameter();
        Class<?> type = body == null ? ChatInput.class : body.getParameterType();
        if (type == ResearchInput.class) {
            return ResearchInput.FORM;
        }
        return type == ChatInput.class || !type.isRecord()
                ? ChatInput.FORM
                : Arrays.stream(type.getRecordComponents())
                        .map(component -> "\"" + component.getName() + "\":…")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static Problem of(HttpStatusCode status, String code, String detail) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return new Problem(known == null ? "Refused" : known.getReasonPhrase(), status.value(), detail, code);
    }

    private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
