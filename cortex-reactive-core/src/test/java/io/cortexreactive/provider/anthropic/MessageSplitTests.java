package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.ByteSplitContract;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The decoder of Anthropic's Messages, fed in pieces. */
class MessageSplitTests extends ByteSplitContract {

    private static final Map<String, byte[]> CORPUS = new LinkedHashMap<>();

    static {
        MessageFeed.FIXTURES.forEach(name -> CORPUS.put(name, MessageFeed.fixture(name)));
        CORPUS.put("overloaded", MessageFeed.fixture("overloaded"));
        String answer = new String(MessageFeed.fixture("text"), StandardCharsets.UTF_8);
        put("carriage returns", answer.replace("\n", "\r"));
        put("both line ends", answer.replace("\n", "\r\n"));
        put("each line end in turn", answer.replace("\n\n", "\r\n\r").replace("}\r\n", "}\n"));
        put("byte order mark", "\uFEFF" + answer);
        put("data over several lines", answer.replace(",\"index\"", ",\ndata:\"index\""));
        put("comments and other fields", answer.replace("\n\n", "\n: ping\nid: 7\nretry: 5\n\n"));
        put("names only in the data", answer.replaceAll("event: .*\n", ""));
        put("error that only its name tells", half(answer) + "\n\nevent: error\ndata: out of memory ü€😀\n\n");
        put("cut inside an event", half(answer));
        put("a page in the middle", half(answer) + "\n\n<html>Bad gateway</html>\n\n");
        put("broken JSON", answer.replace("{\"type\":\"message_delta\"", "{\"type\":\"mess"));
        put("events after the end", answer + "event: error\ndata: {\"type\":\"error\"}\n\ndata: nonsense\n\n");
    }

    private static void put(String name, String body) {
        CORPUS.put(name, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String half(String answer) {
        return answer.substring(0, answer.length() / 2);
    }

    @Override
    protected Map<String, byte[]> corpus() {
        return CORPUS;
    }

    @Override
    protected Decoding decoding() {
        MessageFeed feed = new MessageFeed();
        return new Decoding(feed.decoder(), feed.received());
    }
}
