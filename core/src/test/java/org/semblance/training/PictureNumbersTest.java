package org.semblance.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.semblance.training.DataConfig.Kind;
import org.semblance.training.DataConfig.Source;

/** What a run says of the sources whose readings it keeps. */
class PictureNumbersTest {
    private static final Logger LOG = Logger.getLogger(PictureNumbers.class.getName());

    private final List<String> said = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            said.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** What three steps of a run of heads, or of heads and generated pictures, log. */
    private List<String> logged(long room, boolean generated) throws IOException {
        List<Source> config = new ArrayList<>(List.of(new Source(Kind.HEADS, 1, "", 7)));
        List<SampleSource> sources = new ArrayList<>(List.of(new HeadSamples(4, 16, 7)));
        if (generated) {
            config.add(new Source(Kind.GENERATOR, 1, "", 0));
            sources.add(new GeneratorSamples(1, 5, 0));
        }
        Level before = LOG.getLevel();
        LOG.addHandler(handler);
        LOG.setLevel(Level.INFO);
        try {
            DataConfig data = new DataConfig(config, 1, true, 1, room);
            BatchFeed.Plan plan = new BatchFeed.Plan(sources, data, ScheduleConfig.stable(10), 2, 1, 5);
            List<Long> positions = sources.stream().map(s -> 0L).toList();
            for (int step = 0; step < 3; step++) {
                positions = plan.batch(step, positions).positions();
            }
        } finally {
            LOG.removeHandler(handler);
            LOG.setLevel(before);
        }
        return said;
    }

    @Test
    void whatIsKeptIsSaidOnce() throws IOException {
        assertThat(logged(7, false)).containsExactly("INFO readings of 7 source pictures are kept for the sources [0]");
    }

    @Test
    void aSetThatHasNoRoomIsNamed() throws IOException {
        assertThat(logged(6, false))
                .containsExactly(
                        "INFO readings of source pictures are kept for no source: there would be 7 pictures with"
                                + " those of all sources, and data.cachedPictures has room for 6");
    }

    @Test
    void aSourceThatAlwaysChangesIsNamed() throws IOException {
        assertThat(logged(100, true))
                .containsExactly(
                        "INFO readings of source pictures are kept for no source: source 1 (generator, codes of"
                                + " 5, seed 1) shows new pictures all the time");
    }

    @Test
    void nothingIsSaidWhereNothingIsAsked() throws IOException {
        assertThat(logged(0, true)).isEmpty();
    }
}
