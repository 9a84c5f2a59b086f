package io.cortexreactive.benchmarks.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Server-sent events, each a {@code data} line with a chunk of a chat completion. */
final class EventDecoder implements FloorClients.Decoder {

    private static final int PREFIX = "data: ".length();

    private byte[] line = new byte[1024];
    private ByteBuf held = Unpooled.EMPTY_BUFFER;

    @Override
    public List<String> decode(ByteBuf bytes) {
        List<String> texts = new ArrayList<>();
        ByteBuf all = FloorClients.join(held, bytes);
        for (int length = all.bytesBefore((byte) '\n'); length >= 0; length = all.bytesBefore((byte) '\n')) {
            line = line.length < length ? new byte[length] : line;
            all.readBytes(line, 0, length).skipBytes(1);
            String text = length > PREFIX && line[PREFIX] == '{' ? text(length) : "";
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        held = FloorClients.copyOfRest(all);
        all.release();
        return texts;
    }

    private String text(int length) {
        System.arraycopy(line, PREFIX, line, 0, length - PREFIX);
        return FloorClients.text(line, length - PREFIX, "content");
    }
}
