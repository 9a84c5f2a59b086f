package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlockStart;

/** Whole streams as the AWS SDK reads them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BedrockStreamIT {

    private SimulatedModelServer server;
    private SdkPeer peer;

    @BeforeAll
    void start() {
        server = Await.value(SimulatedModelServer.builder().start());
        peer = SdkPeer.signing(server.endpoint(), "AKIAPEER");
    }

    @AfterAll
    void stop() {
        peer.close();
        Await.completion(server.close());
    }

    private SdkPeer.Answer answer(ScriptedReply reply) {
        server.enqueue(reply);
        SdkPeer.Answer answer = peer.stream("Hello?");
        assertThat(answer.done()).succeedsWithin(Await.LONG);
        return answer;
    }

    @Test
    void textArrivesInOrderBetweenStartAndMetadata() {
        SdkPeer.Answer answer =
                answer(ScriptedReply.builder().chunks("Hel", "lo ✨", "!").build());

        assertThat(answer.types())
                .containsExactly(
                        "messageStart",
                        "contentBlockDelta",
                        "contentBlockDelta",
                        "contentBlockDelta",
                        "contentBlockStop",
                        "messageStop",
                        "metadata");
        assertThat(answer.text()).isEqualTo("Hello ✨!");
    }

    @Test
    void textIsCutWithoutSplittingCharacters() {
        String text = "😀😃😄 grinning, and a good deal more of it";

        assertThat(answer(ScriptedReply.builder().text(text).chunkSize(1).build())
                        .text())
                .isEqualTo(text);
    }

    @Test
    void usageArrivesWithCacheTokens() {
        SdkPeer.Answer answer = answer(ScriptedReply.builder()
                .text("x")
                .usage(new Usage(3, 5, 7, 11, false))
                .build());

        TokenUsage usage = answer.only(ConverseStreamMetadataEvent.class).get(0).usage();
        assertThat(usage)
                .isEqualTo(TokenUsage.builder()
                        .inputTokens(3)
                        .outputTokens(5)
                        .totalTokens(26)
                        .cacheReadInputTokens(7)
                        .cacheWriteInputTokens(11)
                        .build());
    }

    @Test
    void usageIsEstimatedUnlessTheScriptTellsIt() {
        TokenUsage usage = answer(ScriptedReply.text("twelve chars"))
                .only(ConverseStreamMetadataEvent.class)
                .get(0)
                .usage();

        assertThat(usage.outputTokens()).isEqualTo(3);
        assertThat(usage.inputTokens()).isPositive();
    }

    @Test
    void withoutUsageThereIsNoMetadata() {
        SdkPeer.Answer answer =
                answer(ScriptedReply.builder().text("x").withoutUsage().build());

        assertThat(answer.types()).endsWith("messageStop");
    }

    @Test
    void toolCallArrivesInPieces() {
        SdkPeer.Answer answer = answer(ScriptedReply.builder()
                .text("Wait.")
                .toolCall("call-1", "weather", Map.of("city", "Reykjavík"))
                .chunkSize(5)
                .build());

        ToolUseBlockStart start =
                answer.only(ContentBlockStartEvent.class).get(0).start().toolUse();
        String arguments = answer.deltas().stream()
                .filter(delta -> delta.toolUse() != null)
                .map(delta -> delta.toolUse().input())
                .reduce("", String::concat);
        assertThat(start.toolUseId()).isEqualTo("call-1");
        assertThat(start.name()).isEqualTo("weather");
        assertThat(arguments).isEqualTo("{\"city\":\"Reykjavík\"}");
        assertThat(answer.only(MessageStopEvent.class).get(0).stopReasonAsString())
                .isEqualTo("tool_use");
    }

    @Test
    void reasoningArrivesWithSignatureAndRedactedData() {
        SdkPeer.Answer answer = answer(ScriptedReply.builder()
                .reasoning("Thinking about it", "proof")
                .redactedReasoning("hidden".getBytes(StandardCharsets.UTF_8))
                .text("Done")
                .build());

        assertThat(answer.deltas())
                .extracting(delta -> delta.reasoningContent() == null
                        ? delta.text()
                        : delta.reasoningContent().type() + ":"
                                + delta.reasoningContent().text())
                .containsExactly("TEXT:Thinking abo", "TEXT:ut it", "SIGNATURE:null", "REDACTED_CONTENT:null", "Done");
        assertThat(answer.deltas().get(3).reasoningContent().redactedContent())
                .isEqualTo(SdkBytes.fromUtf8String("hidden"));
    }

    @Test
    void anyStopReasonIsPassedOn() {
        SdkPeer.Answer answer = answer(ScriptedReply.builder()
                .text("x")
                .stopReason(new StopReason("guardrail_intervened"))
                .build());

        assertThat(answer.only(MessageStopEvent.class).get(0).stopReasonAsString())
                .isEqualTo("guardrail_intervened");
    }

    @Test
    void repeatedChunksAllArrive() {
        SdkPeer.Answer answer =
                answer(ScriptedReply.builder().repeat("tick ", 1_000).build());

        assertThat(answer.text()).isEqualTo("tick ".repeat(1_000));
    }

    @Test
    void pacedChunksAllArrive() {
        SdkPeer.Answer answer = answer(ScriptedReply.builder()
                .text("one two three four")
                .chunkSize(4)
                .firstDelay(Duration.ofMillis(5))
                .chunkDelay(Duration.ofMillis(5))
                .build());

        assertThat(answer.text()).isEqualTo("one two three four");
    }
}
