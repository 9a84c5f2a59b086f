package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.agent.discovered.Greeter;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolConfigurationException;
import io.cortexreactive.tool.ToolMethod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentsTests extends AgentFixture {

    @AgentClass(
            id = "clerk",
            name = "The clerk",
            description = "Books rooms",
            systemPrompt = "Book rooms.",
            tools = {"clock", "weather"},
            agents = "researcher",
            handOffs = {"boss", "lawyer"},
            provider = "scripted",
            model = "small",
            maxIterations = 3)
    static class Clerk {

        @ToolMethod("Books a room")
        String book(int room) {
            return "Booked " + room;
        }
    }

    @AgentClass(id = "thinker")
    static final class Thinker {}

    /** As a container may make one. */
    static final class Proxied extends Clerk {}

    @Test
    void annotationSaysWhatTheAgentIs() {
        AgentDefinition clerk = Agents.from(new Clerk());

        assertThat(clerk.id()).isEqualTo("clerk");
        assertThat(clerk.name()).isEqualTo("The clerk");
        assertThat(clerk.description()).isEqualTo("Books rooms");
        assertThat(clerk.systemPrompt()).isEqualTo("Book rooms.");
        assertThat(clerk.toolNames()).containsExactly("clock", "weather");
        assertThat(clerk.agents()).containsExactly("researcher");
        assertThat(clerk.handOffs()).containsExactly("boss", "lawyer");
        assertThat(clerk.provider()).isEqualTo("scripted");
        assertThat(clerk.model()).isEqualTo("small");
        assertThat(clerk.maxIterations()).isEqualTo(3);
    }

    @Test
    void whatAnnotationDoesNotSayIsAsWithoutIt() {
        AgentDefinition thinker = Agents.from(new Thinker());
        AgentDefinition plain = Agent.define("thinker").build();

        assertThat(thinker).usingRecursiveComparison().isEqualTo(plain);
    }

    @Test
    void annotatedMethodsAreItsOwnTools() {
        provider.enqueue(ScriptedReply.toolCall("t1", "book", Map.of("room", 7)), ScriptedReply.text("Done."));
        Tool book = Agents.from(new Clerk()).tools().get(0);
        book.definition().inputSchema().prepared().block(LONG);

        AgentResponse response = run(agent(book));

        assertThat(results(response.messages().get(2)).get(0).result()).isEqualTo("Booked 7");
    }

    @Test
    void annotationOfAClassAboveCounts() {
        AgentDefinition proxied = Agents.from(new Proxied());

        assertThat(proxied.id()).isEqualTo("clerk");
        assertThat(proxied.tools()).extracting(tool -> tool.definition().name()).containsExactly("book");
    }

    @Test
    void whatAnAnnotationCannotSayIsAdded() {
        AgentDefinition clerk = Agents.define(new Clerk()).traceLimit(5).build();

        assertThat(clerk.traceLimit()).isEqualTo(5);
        assertThat(clerk.id()).isEqualTo("clerk");
    }

    @AgentClass(id = " ")
    static final class Nameless {}

    @AgentClass(id = "never", maxIterations = 0)
    static final class Never {}

    @AgentClass(id = "odd")
    static final class Odd {

        @ToolMethod(value = "a", timeout = "5 s")
        void late() {}
    }

    @Test
    void whatCannotBeAnAgentIsRefusedWithTheReason() {
        assertRefused("no agent here", "java.lang.String has no @AgentClass");
        assertRefused(new Nameless(), "blank");
        assertRefused(new Never(), "maxIterations");
        assertThatExceptionOfType(ToolConfigurationException.class).isThrownBy(() -> Agents.from(new Odd()));
    }

    private static void assertRefused(Object annotated, String reason) {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agents.from(annotated))
                .withMessageContaining(reason);
    }

    @Test
    void packagesAreSearchedForAnnotatedClasses() {
        List<AgentDefinition> found = Agents.discover(List.of(Greeter.class.getPackageName()));

        assertThat(found).extracting(AgentDefinition::id).containsExactly("asker", "greeter");
        assertThat(found.get(1).tools())
                .extracting(tool -> tool.definition().name())
                .containsExactly("greet");
        assertThat(Agents.discover(List.of("io.cortexreactive.nowhere"))).isEmpty();
        assertThat(Agents.discover(List.of())).isEmpty();
    }

    @Test
    void classThatCannotBeMadeIsNamed() {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agents.discover(List.of("io.cortexreactive.agent.unmakeable")))
                .withMessageContaining("NeedsSomething");
    }

    @Test
    void twoClassesOfOneIdAreRefused() {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agents.discover(List.of("io.cortexreactive.agent.twins")))
                .withMessageContaining("twin, twin");
    }

    @Test
    void servicesAreFound() {
        assertThat(Agents.discover())
                .extracting(AgentDefinition::id, AgentDefinition::description)
                .containsExactly(tuple("service", "Serves"));
    }
}
