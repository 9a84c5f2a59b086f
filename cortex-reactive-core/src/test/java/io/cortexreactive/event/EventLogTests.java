package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.Note.Heard;
import io.cortexreactive.event.Note.Said;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Usage;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class EventLogTests {

    private static final String CHANNEL = "cortex.test.log";
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final CapturedLog log = new CapturedLog(CHANNEL, Level.INFO);
    private EventHub hub = EventHub.create(EventSettings.DEFAULTS);

    @AfterEach
    void close() {
        Hubs.close(hub);
        log.close();
    }

    private void logging(String... names) {
        Hubs.close(hub);
        hub = EventHub.create(new EventSettings(
                true, Set.of(), new EventSettings.Logging(true, CHANNEL, org.slf4j.event.Level.INFO, Set.of(names))));
    }

    private static EventMeta meta(Map<String, Object> metadata) {
        return new EventMeta(NOON, "acme", "order-42", null, 0, metadata);
    }

    @Test
    void chosenEventIsLoggedAtTheLevel() {
        logging("Heard");

        hub.publish(Note.heard("hello"));

        assertThat(log.next().getLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void messageIsReadable() {
        logging("Heard");

        hub.publish(new Heard(meta(Map.of("page", 7, "area", "help")), "hello"));

        assertThat(log.next().getFormattedMessage())
                .isEqualTo("Heard tenant_id=acme correlation_id=order-42 timestamp=2026-11-22T12:00:00Z"
                        + " metadata={area=help, page=7}");
    }

    @Test
    void pairsAreForPrograms() {
        logging("Heard");

        hub.publish(new Heard(meta(Map.of("page", 7)), "hello"));

        assertThat(CapturedLog.pairs(log.next()))
                .isEqualTo(Map.of(
                        "event", "Heard",
                        "tenant_id", "acme",
                        "correlation_id", "order-42",
                        "timestamp", NOON,
                        "metadata", Map.of("page", 7)));
    }

    @Test
    void failureIsLoggedWithItsCode() {
        logging("Failed");

        hub.publish(Note.failed("rate_limited"));

        assertThat(CapturedLog.pairs(log.next())).containsEntry("error", "rate_limited");
    }

    @Test
    void eventThatIsNotChosenIsNotWanted() {
        logging("Heard");

        assertThat(hub.wants(Heard.class)).isTrue();
        assertThat(hub.wants(Said.class)).isFalse();
    }

    @Test
    void eventThatIsNotChosenIsNotLoggedThoughSomebodyListens() {
        logging("Heard");
        Recorder<CortexEvent> recorder = hub.stream().all().subscribeWith(Recorder.unbounded());

        hub.publish(Note.said(1));
        recorder.awaitMore(1);
        hub.publish(Note.heard("hello"));

        assertThat(CapturedLog.pairs(log.next())).containsEntry("event", "Heard");
    }

    @Test
    void familyIsLoggedByItsName() {
        logging("Note");

        hub.publish(Note.said(1));

        assertThat(CapturedLog.pairs(log.next())).containsEntry("event", "Said");
    }

    @Test
    void emptyListLogsEverything() {
        logging();

        hub.publish(Note.said(1));
        hub.publish(Note.heard("hello"));

        assertThat(CapturedLog.pairs(log.next())).containsEntry("event", "Said");
        assertThat(CapturedLog.pairs(log.next())).containsEntry("event", "Heard");
    }

    @Test
    void disabledEventIsNotLogged() {
        hub = EventHub.create(new EventSettings(
                true, Set.of("Said"), new EventSettings.Logging(true, CHANNEL, org.slf4j.event.Level.INFO, Set.of())));

        assertThat(hub.wants(Said.class)).isFalse();
    }

    @Test
    void nothingIsWantedWhileTheLoggerIsSilent() {
        logging("Heard");

        log.level(Level.WARN);
        assertThat(hub.wants(Heard.class)).isFalse();
        log.level(Level.DEBUG);
        assertThat(hub.wants(Heard.class)).isTrue();
    }

    @Test
    void nothingIsWantedWhereLoggingIsOff() {
        Hubs.close(hub);
        hub = Hubs.quiet();

        assertThat(hub.wants(Heard.class)).isFalse();
    }

    @Test
    void whatIsLoggedCountsAsDroppedForNobody() {
        logging("Said");

        for (int number = 0; number < 10_000; number++) {
            hub.publish(Note.said(number));
        }

        assertThat(hub.stream().dropped()).isZero();
    }

    @Test
    void valueFromOutsideCannotForgeALine() {
        logging("Heard");

        hub.publish(new Heard(new EventMeta(NOON, null, "x\nERROR all is lost\u001b[31m", null, 0, Map.of()), "hello"));

        assertThat(log.next().getFormattedMessage()).doesNotContain("\n", "\u001b");
    }

    @Test
    void eventThatCannotBePrintedIsToldAndTheNextOneIsLogged() {
        logging("Heard");
        Object unprintable = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("on purpose");
            }
        };

        hub.publish(new Heard(meta(Map.of("bad", unprintable)), "hello"));
        hub.publish(new Heard(meta(Map.of()), "hello"));

        assertThat(log.next().getFormattedMessage()).isEqualTo("Heard could not be printed");
        assertThat(CapturedLog.pairs(log.next())).containsEntry("event", "Heard");
    }

    @Test
    void neitherSecretsNorTextsAreLogged() {
        logging();
        TenantContext tenant = TenantContext.builder("acme")
                .apiKey("bedrock", Secret.of("canary-key"))
                .setting("note", "canary-setting")
                .build();
        ChatRequest request = ChatRequest.builder()
                .system("canary-system")
                .user("canary-question")
                .metadata(Map.of("token", Secret.of("canary-token")))
                .build();
        EventScope scope = EventScope.of(Tenancy.as(tenant).apply(Context.empty()), request.metadata());

        hub.publish(new ChatEvent.BeforeChatSend(scope.next(), request));
        hub.publish(new ChatEvent.ChatError(
                scope.next(),
                request,
                new ErrorInfo("invalid_request", "canary-error", false),
                new Usage(0, 0, 0, 0, true)));

        assertThat(everythingOf(log.next()) + everythingOf(log.next()))
                .contains("acme", "***", "invalid_request")
                .doesNotContain("canary");
    }

    private static String everythingOf(ILoggingEvent line) {
        return line.getFormattedMessage() + CapturedLog.pairs(line);
    }
}
