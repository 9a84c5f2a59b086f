package io.cortexreactive.examples.app;

import io.cortexreactive.error.Transient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers every error that comes before a response has begun, from filters and controllers alike, as a problem. */
@Component
@Order(-2) // before Spring Boot's own, which is at -1
final class ProblemHandler implements WebExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final JsonMapper json;

    ProblemHandler(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(error);
        }
        Problem problem = Problem.of(error);
        log(exchange.getRequest().getPath(), problem, error);
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(json.writeValueAsBytes(problem))));
    }

    /** What passes by itself, such as a database that does not answer, comes often, and needs no stack. */
    private static void log(RequestPath path, Problem problem, Throwable error) {
        if (error instanceof Transient) {
            LOG.warn("{} failed: {}", path, error.getMessage());
        } else if (problem.status() >= 500) {
            LOG.error("{} failed", path, error);
        }
    }
}
