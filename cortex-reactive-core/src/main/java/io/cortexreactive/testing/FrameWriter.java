package io.cortexreactive.testing;

import io.cortexreactive.testing.ReplyEvent.Struck;
import io.cortexreactive.testing.StreamFault.Failure;
import io.cortexreactive.testing.StreamFault.Garbage;
import io.cortexreactive.testing.StreamFault.Silent;
import io.cortexreactive.testing.StreamFault.Strike;
import io.cortexreactive.testing.WireProtocol.FrameEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Turns the steps of one reply into bytes, the faulty ones too. Not thread-safe. */
final class FrameWriter {

    private final FrameEncoder encoder;
    private final DefaultWireCall call;
    private boolean corruptNext;

    FrameWriter(FrameEncoder encoder, DefaultWireCall call) {
        this.encoder = encoder;
        this.call = call;
    }

    void write(ReplyEvent event, Consumer<ByteBuf> out) {
        if (event instanceof Struck struck) {
            strike(struck.fault().strike(), out);
            return;
        }
        byte[] frame = encoder.frame(event);
        if (frame != null) {
            emit(corruptNext ? encoder.corrupt(frame) : frame, out);
            corruptNext = false;
        }
    }

    private void strike(Strike strike, Consumer<ByteBuf> out) {
        if (strike instanceof Failure failure) {
            emit(encoder.error(failure.type(), failure.message()), out);
        } else if (strike instanceof Garbage garbage) {
            out.accept(Unpooled.wrappedBuffer(garbage.bytes()));
        } else {
            corruptNext = strike == Silent.BAD_CRC;
        }
    }

    private void emit(byte[] frame, Consumer<ByteBuf> out) {
        call.frameWritten();
        out.accept(Unpooled.wrappedBuffer(frame));
    }
}
