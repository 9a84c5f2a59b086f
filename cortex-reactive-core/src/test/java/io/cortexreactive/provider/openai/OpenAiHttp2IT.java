package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Http2Contract;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Provider;
import java.net.URI;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;

/** Streams that share a connection, over chat completions. */
class OpenAiHttp2IT extends Http2Contract {

    private static final Answer ANSWER = Answer.events("", """
                    data: {'choices':[{'index':0,'delta':{'content':'0123456789'}}]}

                    """, """
                    data: {'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}

                    data: [DONE]

                    """);

    OpenAiHttp2IT() {
        super(ANSWER);
    }

    @Override
    protected Provider start(URI endpoint, HttpVersion version, UnaryOperator<HttpClient> client) {
        return OpenAiProvider.builder()
                .baseUrl(endpoint.resolve("/v1"))
                .apiKey(Secret.of("key-of-the-test"))
                .model("simulated-chat")
                .httpVersion(version)
                .httpClient(client)
                .build();
    }
}
