package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cortexreactive.durable.StoreFailedException;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ServerCheckTests {

    private static final String FIT = "# Memory\r\nmaxmemory_policy:noeviction\r\n# Persistence\r\naof_enabled:1\r\n";

    private final Logger logger = (Logger) LoggerFactory.getLogger(ServerCheck.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
    }

    @Test
    void aServerThatKeepsWhatItIsGivenIsFit() {
        assertThat(ServerCheck.verdict(FIT, null)).isNull();
        assertThat(logged.list).isEmpty();
    }

    @Test
    void aServerWithoutAnAppendOnlyFileIsWarnedOf() {
        assertThat(ServerCheck.verdict(FIT.replace("aof_enabled:1", "aof_enabled:0"), null))
                .isNull();
        assertThat(logged.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("appendonly yes"));
    }

    @Test
    void aServerThatEvictsOrDoesNotSayIsNotFit() {
        for (String info : new String[] {FIT.replace("noeviction", "volatile-ttl"), "# Memory\r\n"}) {
            assertThat(ServerCheck.verdict(info, null))
                    .isInstanceOf(StoreFailedException.class)
                    .hasMessageContaining("'noeviction'");
        }
    }

    @Test
    void aServerThatCannotBeReachedMayBeFit() {
        RedisConnectionException error = new RedisConnectionException("gone");
        assertThat(ServerCheck.verdict(null, error)).isSameAs(error);
    }
}
