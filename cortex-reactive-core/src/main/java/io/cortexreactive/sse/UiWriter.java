package io.cortexreactive.sse;

import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.error.ErrorInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/** Writes steps in a protocol whose parts have to be opened and closed. One subscription; not thread-safe. */
abstract class UiWriter {

    private static final JsonMapper JSON = JsonMapper.shared();

    private List<SseFrame> frames = new ArrayList<>();
    private int parts;
    private @Nullable Class<? extends UiStep> open;

    /** The frames of a source; an error of it is the last thing that they tell. */
    static <T> Flux<SseFrame> frames(
            Flux<T> source, Supplier<? extends Function<? super T, List<UiStep>>> reading, Supplier<UiWriter> writing) {
        return Flux.defer(() -> {
            Function<? super T, List<UiStep>> reader = reading.get();
            UiWriter writer = writing.get();
            Flux<SseFrame> steps = source.concatMapIterable(
                    element -> writer.after(() -> reader.apply(element).forEach(writer::step)), 1);
            return Flux.concat(
                            Flux.defer(() -> writer.all(writer::begin)),
                            steps,
                            Flux.defer(() -> writer.all(writer::end)))
                    .onErrorResume(error ->
                            writer.all(() -> writer.fail(ErrorInfo.of(error).shown())));
        });
    }

    private Flux<SseFrame> all(Runnable writing) {
        return Flux.fromIterable(after(writing));
    }

    private List<SseFrame> after(Runnable writing) {
        frames = new ArrayList<>();
        writing.run();
        return frames;
    }

    abstract void begin();

    abstract void step(UiStep step);

    abstract void fail(ErrorInfo error);

    abstract void end();

    abstract void opened(String id, Class<? extends UiStep> kind);

    abstract void closed(String id, Class<? extends UiStep> kind);

    /** The id of the open part of this kind, which is opened if need be. */
    final String part(Class<? extends UiStep> kind) {
        if (open != kind) {
            close();
            parts++;
            open = kind;
            opened(partId(parts), kind);
        }
        return partId(parts);
    }

    /** Closes what is open. */
    final void close() {
        if (open != null) {
            Class<? extends UiStep> kind = open;
            open = null;
            closed(partId(parts), kind);
        }
    }

    /** Ids need to differ within one stream; here more may be asked for. */
    String partId(int number) {
        return "part-" + number;
    }

    /** The id of a part that is opened and closed at once. */
    final String nextPart() {
        close();
        parts++;
        return partId(parts);
    }

    final void event(String type, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("type", type);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            event.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        line(json(event));
    }

    final void line(String data) {
        frames.add(SseFrame.of(data));
    }

    static String json(@Nullable Object value) {
        return JSON.writeValueAsString(value);
    }
}
