package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Http2Contract;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Provider;
import java.net.URI;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;

/** Streams that share a connection, over Messages. */
class AnthropicHttp2IT extends Http2Contract {

    private static final Answer ANSWER = Answer.events(
            event("'type':'message_start','message':{'id':'m','usage':{'input_tokens':1,'output_tokens':1}}")
                    + event("'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}"),
            event("'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'0123456789'}"),
            event("'type':'content_block_stop','index':0")
                    + event("'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':9}")
                    + event("'type':'message_stop'"));

    private static String event(String fields) {
        return "data: {" + fields + "}\n\n";
    }

    AnthropicHttp2IT() {
        super(ANSWER);
    }

    @Override
    protected Provider start(URI endpoint, HttpVersion version, UnaryOperator<HttpClient> client) {
        return AnthropicProvider.builder()
                .baseUrl(endpoint)
                .apiKey(Secret.of("key-of-the-test"))
                .model("claude-sonnet-5-5")
                .httpVersion(version)
                .httpClient(client)
                .build();
    }
}
