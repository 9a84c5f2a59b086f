package io.cortexreactive.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.ToolEvent.ToolRegistered;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ToolRegistryTests {

    private final RecordingEvents events = new RecordingEvents();
    private final ToolRegistry registry = ToolRegistry.create(events);

    private static Tool tool(String name) {
        return Tool.builder(name).handler((input, context) -> Mono.just(name)).build();
    }

    @Test
    void toolsAreFoundByName() {
        Tool clock = tool("clock");
        registry.register(clock);

        assertThat(registry.get("clock")).isSameAs(clock);
        assertThat(registry.find("clock")).containsSame(clock);
        assertThat(registry.has("clock")).isTrue();
        assertThat(registry.find("other")).isEmpty();
    }

    @Test
    void unknownNameIsAnErrorThatNamesThoseThereAre() {
        assertThatThrownBy(() -> registry.get("clock"))
                .isInstanceOf(ToolNotFoundException.class)
                .hasMessageContaining("none");
        registry.register(tool("clock"));
        registry.register(tool("sum"));

        assertThatThrownBy(() -> registry.get("clok")).hasMessageContaining("clock, sum");
    }

    @Test
    void toolOfTheSameNameIsReplacedInItsPlace() {
        registry.register(tool("a"));
        registry.register(tool("b"));
        registry.register(tool("a"));

        assertThat(registry.definitions()).extracting(ToolDefinition::name).containsExactly("a", "b");
    }

    @Test
    void registeringIsTold() {
        registry.register(tool("clock"));

        assertThat(events.only(ToolRegistered.class).tool()).isEqualTo("clock");
    }

    @Test
    void moreThan256ToolsAreRefused() {
        for (int i = 0; i < 256; i++) {
            registry.register(tool("t" + i));
        }

        assertThatThrownBy(() -> registry.register(tool("one-more")))
                .isInstanceOfSatisfying(
                        LimitExceededException.class,
                        error -> assertThat(error.limit()).isEqualTo(256));
        assertThat(registry.all()).hasSize(256);
        registry.register(tool("t0"));
    }

    @Test
    void nameThatProvidersRefuseIsRefused() {
        Tool odd = new Tool() {
            @Override
            public ToolDefinition definition() {
                return new ToolDefinition("not a name", "", Schema.object());
            }

            @Override
            public Mono<ToolResult> execute(Map<String, Object> input, ToolContext context) {
                return Mono.empty();
            }
        };

        assertThatThrownBy(() -> registry.register(odd)).isInstanceOf(ToolConfigurationException.class);
    }
}
