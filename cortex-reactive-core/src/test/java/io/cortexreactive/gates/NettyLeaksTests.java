package io.cortexreactive.gates;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NettyLeaksTests {

    private static final String MARK = "leaked on purpose by NettyLeaksTests";

    @Test
    void onlyWhatTheAwsSdkHadLastIsItsOwn() {
        String sdk = "Hint: 'HttpStreamsClientHandler-body-publisher' will handle the message from this point.";
        String handler = "software.amazon.awssdk.http.nio.netty.internal.A.b(A.java:1)";

        assertThat(NettyLeaks.isLeftInAwsSdk("\nRecent access records: \n#1:\n\t" + sdk))
                .isTrue();
        assertThat(NettyLeaks.isLeftInAwsSdk("\nRecent access records: \n#1:\n\tours\n#2:\n\t" + sdk))
                .isFalse();
        assertThat(NettyLeaks.isLeftInAwsSdk("\n#1:\n\tio.netty.A.b(A.java:1)\n\t" + handler))
                .isTrue();
        assertThat(NettyLeaks.isLeftInAwsSdk("\n#1:\n\tio.cortexreactive.A.b(A.java:1)\n\t" + handler))
                .isFalse();
    }

    @Test
    void onlyWhatThePostgresqlDriverReleasedLastIsItsOwn() {
        String driver = "io.r2dbc.postgresql.ExtendedFlowDelegate$ExtendedFlowOperator.close(E.java:338)";
        String list = "java.base/java.util.ArrayList.forEach(ArrayList.java:1511)";

        assertThat(NettyLeaks.isLeftInPostgresqlDriver("\n#1:\n\tio.netty.A.b(A.java:1)\n\t" + list + "\n\t" + driver))
                .isTrue();
        assertThat(NettyLeaks.isLeftInPostgresqlDriver("\n#1:\n\tio.cortexreactive.A.b(A.java:1)\n\t" + driver))
                .isFalse();
        assertThat(NettyLeaks.isLeftInPostgresqlDriver("\n#1:\n\tours\n#2:\n\t" + driver))
                .isFalse();
    }

    @Test
    void everyBufferIsTracked() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @Test
    void aBufferThatNobodyReleasesIsReported() {
        leak();
        NettyLeaks.INSTANCE.report();
        assertThat(provoked()).singleElement().asString().contains("LEAK: ByteBuf");
    }

    @Test
    void aBufferThatIsReleasedIsNotReported() {
        release();
        NettyLeaks.INSTANCE.report();
        assertThat(provoked()).isEmpty();
    }

    @Test
    void findingsAreAppendedToTheFile(@TempDir Path directory) {
        Path file = directory.resolve("target").resolve("netty-leaks.txt");
        Findings findings = new Findings();
        findings.add("one");
        findings.moveTo(file);
        findings.add("two");
        findings.moveTo(file);
        assertThat(file).hasContent("one\ntwo");
    }

    @Test
    void withoutFindingsThereIsNoFile(@TempDir Path directory) {
        Path file = directory.resolve("netty-leaks.txt");
        new Findings().moveTo(file);
        assertThat(file).doesNotExist();
    }

    private static List<String> provoked() {
        return NettyLeaks.INSTANCE.findings().take(text -> text.contains(MARK));
    }

    private static void leak() {
        PooledByteBufAllocator.DEFAULT.buffer().touch(MARK);
    }

    private static void release() {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer().touch(MARK);
        buffer.release();
    }
}
