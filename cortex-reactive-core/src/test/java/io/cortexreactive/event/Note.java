package io.cortexreactive.event;

import io.cortexreactive.error.ErrorInfo;

/** The events of these tests. */
sealed interface Note extends CortexEvent {

    record Said(EventMeta meta, int speaker, int number) implements Note {}

    record Heard(EventMeta meta, String text) implements Note {}

    record Failed(EventMeta meta, ErrorInfo exception) implements Note, FailureEvent {}

    static Said said(int number) {
        return said(0, number);
    }

    static Said said(int speaker, int number) {
        return new Said(EventMeta.now(), speaker, number);
    }

    static Heard heard(String text) {
        return new Heard(EventMeta.now(), text);
    }

    static Failed failed(String code) {
        return new Failed(EventMeta.now(), new ErrorInfo(code, "It failed.", false));
    }
}
