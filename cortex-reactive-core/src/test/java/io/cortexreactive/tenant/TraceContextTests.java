package io.cortexreactive.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

class TraceContextTests {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void theContextCarriesBothFields() {
        Mono<TraceContext> seen = Mono.deferContextual(view -> Mono.justOrEmpty(TraceContext.in(view)));

        TraceContext trace = seen.contextWrite(TraceContext.write(PARENT, "congo=t61"))
                .blockOptional()
                .orElseThrow();

        assertThat(trace).isEqualTo(TraceContext.of(PARENT, "congo=t61").orElseThrow());
        assertThat(trace.traceparent()).isEqualTo(PARENT);
        assertThat(trace.tracestate()).isEqualTo("congo=t61");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no trace",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
            })
    void whatIsNoParentIsIgnored(String text) {
        assertThat(TraceContext.of(text, "congo=t61")).isEmpty();
        assertThat(TraceContext.in(TraceContext.write(text, null).apply(Context.empty())))
                .isEmpty();
    }

    @Test
    void aLaterVersionMayHaveMore() {
        String later = "01" + PARENT.substring(2) + "-more";
        assertThat(TraceContext.of(later, null).orElseThrow().traceparent()).isEqualTo(later);
    }

    @Test
    void aStateThatIsTooLongIsLeftOut() {
        assertThat(TraceContext.of(PARENT, "a=" + "b".repeat(511)).orElseThrow().tracestate())
                .isNull();
    }
}
