package io.cortexreactive.benchmarks.queue;

import io.lettuce.core.event.command.CommandListener;
import io.lettuce.core.event.command.CommandStartedEvent;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells what is sent to Redis. */
record TappedCommands(Consumer<RedisCommand<?, ?, ?>> heard) implements CommandListener {

    @Override
    public void commandStarted(CommandStartedEvent event) {
        heard.accept(event.getCommand());
    }

    /** The command and its arguments, as they go over the wire: each has its length before it. */
    static List<String> words(RedisCommand<?, ?, ?> command) {
        ByteBuf bytes = Unpooled.buffer();
        command.encode(bytes);
        List<String> words = new ArrayList<>();
        int count = number(bytes);
        for (int i = 0; i < count; i++) {
            int length = number(bytes);
            words.add(bytes.readCharSequence(length, StandardCharsets.UTF_8).toString());
            bytes.skipBytes(2);
        }
        return List.copyOf(words);
    }

    /** After a sign, to the end of the line. */
    private static int number(ByteBuf bytes) {
        bytes.skipBytes(1);
        int digits = bytes.bytesBefore((byte) '\r');
        int number = Integer.parseInt(
                bytes.readCharSequence(digits, StandardCharsets.US_ASCII).toString());
        bytes.skipBytes(2);
        return number;
    }
}
