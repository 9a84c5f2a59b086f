package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.testing.WireProtocol.Operation;
import io.cortexreactive.testing.WireProtocol.Route;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the simulated Bedrock takes and refuses. */
class BedrockRulesTests {

    private static final String HELLO = "{'role':'user','content':[{'text':'Hello?'}]}";
    private static final String CALL =
            "{'role':'assistant','content':[{'toolUse':{'toolUseId':'c1','name':'weather','input':{}}}]}";
    private static final String TOOLS =
            "'toolConfig':{'tools':[{'toolSpec':{'name':'weather','inputSchema':{'json':{'type':'object'}}}}]}";

    private final BedrockProtocol protocol = new BedrockProtocol();

    private void read(String body) {
        assertThat(protocol.read(new Route(Operation.STREAM, "m"), body.replace('\'', '"')))
                .isNotNull();
    }

    private static String messages(String... messages) {
        return "{'messages':[" + String.join(",", messages) + "]," + TOOLS + "}";
    }

    private static String user(String... blocks) {
        return "{'role':'user','content':[" + String.join(",", blocks) + "]}";
    }

    private static String result(String id) {
        return "{'toolResult':{'toolUseId':'" + id + "','content':[{'text':'sunny'}]}}";
    }

    private static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("{}", "must start with a user message"),
                Arguments.of("{'messages':[]}", "must start with a user message"),
                Arguments.of(messages(CALL, user(result("c1"))), "must start with a user message"),
                Arguments.of(messages(HELLO, HELLO), "must alternate between user and assistant"),
                Arguments.of(messages(HELLO.replace("user", "tool")), "Member must satisfy enum value set"),
                Arguments.of(messages(user()), "The content field in the Message object at messages.0 is empty"),
                Arguments.of(messages(user("{'text':' \\n'}")), "ContentBlock object at messages.0.content.0 is blank"),
                Arguments.of(
                        "{'system':[{'text':''}],'messages':[" + HELLO + "]}",
                        "SystemContentBlock object at system.0 is blank"),
                Arguments.of(messages(user(result("c1"))), "exceeds the number of toolUse blocks of previous turn"),
                Arguments.of(messages(HELLO, CALL, user(result("c2"))), "exceeds the number of toolUse blocks"),
                Arguments.of(messages(HELLO, CALL, HELLO), "Expected toolResult blocks at messages.2.content"),
                Arguments.of("{'messages':[" + HELLO + "," + CALL + "]}", "The toolConfig field must be defined"),
                Arguments.of(messages(HELLO, CALL.replace("'input':{}", "'input':'x'")), "toolUse.input is invalid"),
                Arguments.of(messages(HELLO, CALL.replace("weather", "we ather")), "at 'toolUse.name'"),
                Arguments.of("{'toolConfig':{'tools':[]},'messages':[" + HELLO + "]}", "'toolConfig.tools'"),
                Arguments.of(
                        "{'inferenceConfig':{'maxTokens':0},'messages':[" + HELLO + "]}",
                        "'inferenceConfig.maxTokens'"),
                Arguments.of(
                        "{'inferenceConfig':{'temperature':1.5},'messages':[" + HELLO + "]}",
                        "'inferenceConfig.temperature'"),
                Arguments.of(
                        messages(user("{'document':{'name':'a  b.pdf','format':'pdf','source':{'bytes':'AA=='}}}")),
                        "The document file name can only contain"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void invalidRequestIsRefusedInBedrocksWords(String body, String reason) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(RefusedRequestException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(400);
                    assertThat(refusal.type()).isEqualTo("ValidationException");
                })
                .hasMessageContaining(reason);
    }

    private static Stream<String> taken() {
        return Stream.of(
                messages(HELLO),
                messages(HELLO, CALL, user(result("c1"))),
                messages(HELLO, CALL, user(result("c1"), "{'text':'And tomorrow?'}")),
                messages(HELLO, CALL),
                "{'messages':[" + HELLO + "],'inferenceConfig':{'temperature':1,'topP':0.5,'maxTokens':1}}",
                "{'messages':[" + HELLO + "],'whatever':{'comes':'next'}}",
                messages(user("{'futureBlock':{'a':1}}", "{'text':'Hello?'}")));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void validRequestIsTaken(String body) {
        read(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"no json", "[1]", "''", "{\"messages\":["})
    void bodyThatIsNoJsonObjectIsRefused(String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        RefusedRequestException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo("SerializationException"));
    }

    @Test
    void brokenBase64IsRefused() {
        String body = messages(user("{'image':{'format':'png','source':{'bytes':'?'}}}"));

        assertThatThrownBy(() -> read(body)).isInstanceOf(RefusedRequestException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer abc-123 | abc-123",
                "bearer  abc | abc",
                "AWS4-HMAC-SHA256 Credential=AKIA1/20261122/us-east-1/bedrock/aws4_request, SignedHeaders=host,"
                        + " Signature=00 | AKIA1"
            })
    void credentialIsRecognised(String header, String credential) {
        assertThat(protocol.credential(Map.of("authorization", header))).isEqualTo(credential);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "' '",
                "Bearer",
                "'Bearer  '",
                "Basic abc",
                "AWS4-HMAC-SHA256 Credential=/20261122/us-east-1/bedrock/aws4_request"
            })
    void missingCredentialIsForbidden(String header) {
        assertThatThrownBy(() -> protocol.credential(Map.of("authorization", header)))
                .isInstanceOfSatisfying(
                        RefusedRequestException.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(403));
    }

    @ParameterizedTest
    @CsvSource({
        "/model/anthropic.claude-v2%3A1/converse, ANSWER, anthropic.claude-v2:1",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/converse-stream, STREAM,"
                + " arn:aws:bedrock:us-east-1:1:inference-profile/x",
        "/model/a+b/count-tokens, COUNT, a+b"
    })
    void modelIsReadFromThePath(String path, Operation operation, String model) {
        assertThat(protocol.route("POST", path, Map.of(), "")).isEqualTo(new Route(operation, model));
    }

    @ParameterizedTest
    @CsvSource({"GET, /model/m/converse", "POST, /model/m/invoke", "POST, /model//converse", "POST, /"})
    void otherPathsAreUnknown(String method, String path) {
        assertThat(protocol.route(method, path, Map.of(), "")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "amazon.titan-embed-text-v2:0 | {} | minLength: 1",
                "amazon.titan-embed-text-v2:0 | {'inputText':''} | minLength: 1",
                "amazon.titan-embed-text-v2:0 | {'inputText':'a','dimensions':7} | dimensions",
                "cohere.embed-english-v3 | {'texts':['a']} | input_type",
                "cohere.embed-english-v3 | {'texts':[],'input_type':'search_query'} | minimum item count: 1"
            })
    void embeddingThatBedrockRefuses(String model, String body, String reason) {
        assertThatThrownBy(() -> protocol.read(new Route(Operation.EMBED, model), body.replace('\'', '"')))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void cohereTakesNinetySixTexts() {
        String texts = "\"a\",".repeat(96) + "\"a\"";

        assertThatThrownBy(() -> protocol.read(
                        new Route(Operation.EMBED, "cohere.embed-v4:0"),
                        "{\"texts\":[" + texts + "],\"input_type\":\"search_query\"}"))
                .hasMessageContaining("maximum item count: 96, found: 97");
    }
}
