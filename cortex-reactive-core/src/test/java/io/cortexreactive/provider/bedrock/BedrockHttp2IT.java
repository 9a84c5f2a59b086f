package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Http2Contract;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Provider;
import java.net.URI;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;

/** Streams that share a connection, over Bedrock's direct transport. */
class BedrockHttp2IT extends Http2Contract {

    private static final Answer ANSWER = new Answer(
            "application/vnd.amazon.eventstream",
            new byte[0],
            Frames.event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'0123456789'}}"),
            Frames.event("messageStop", "{'stopReason':'end_turn'}"));

    BedrockHttp2IT() {
        super(ANSWER);
    }

    @Override
    protected Provider start(URI endpoint, HttpVersion version, UnaryOperator<HttpClient> client) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(endpoint)
                .apiKey(Secret.of("key-of-the-test"))
                .model("anthropic.claude-sonnet-4-6")
                .httpVersion(version)
                .httpClient(client)
                .build();
    }
}
