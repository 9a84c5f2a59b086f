package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import tools.jackson.databind.json.JsonMapper;

/** What whoever runs the application reads of a request that failed. */
class ProblemHandlerTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProblemHandler.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/api/runs"));

    @BeforeEach
    void watch() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
    }

    private ILoggingEvent logged(Throwable error) {
        new ProblemHandler(JsonMapper.shared()).handle(exchange, error).block(Duration.ofSeconds(10));
        assertThat(log.list).hasSize(1);
        return log.list.get(0);
    }

    @Test
    void whatPassesIsLoggedInALine() {
        ILoggingEvent line = logged(new StoreUnavailableException("No answer.", new IOException("refused")));

        assertThat(line.getFormattedMessage()).isEqualTo("/api/runs failed: No answer.");
        assertThat(line.getThrowableProxy()).isNull();
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    }

    @Test
    void whatIsBrokenIsLoggedWithItsStack() {
        ILoggingEvent line = logged(new StoreFailedException("Disk full.", null));

        assertThat(line.getThrowableProxy()).isNotNull();
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    }
}
