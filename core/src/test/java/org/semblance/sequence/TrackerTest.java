package org.semblance.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.semblance.image.Box;

class TrackerTest {
    private static final float[] ANN = {1, 0, 0};
    private static final float[] BOB = {0, 1, 0};
    private static final Tracking TRACKING = new Tracking(0.3, 0.3, 0.6, 3, 3);

    private static SeenFace face(double x, float[] who) {
        return new SeenFace(new Sighting(new Box(x, 10, 40, 40), 0.9, List.of()), who);
    }

    private static List<Track> tracks(List<List<SeenFace>> frames) {
        Tracker tracker = new Tracker(TRACKING);
        frames.forEach(tracker::next);
        return tracker.finish();
    }

    @Test
    void facesThatCrossKeepTheirTracks() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t <= 20; t++) {
            frames.add(List.of(face(100 - 5 * t, BOB), face(5 * t, ANN)));
        }
        List<Track> tracks = tracks(frames);
        assertThat(tracks).hasSize(2);
        assertThat(tracks.get(0).embedding()).containsExactly(ANN);
        assertThat(tracks.get(0).at(20).centre().x()).isEqualTo(120);
        assertThat(tracks.get(1).embedding()).containsExactly(BOB);
        assertThat(tracks.get(1).at(20).centre().x()).isEqualTo(20);
    }

    @Test
    void missedFramesAreFilledInBetween() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 12; t++) {
            boolean missed = t >= 5 && t <= 7;
            frames.add(missed ? List.of() : List.of(face(10 * t, ANN)));
        }
        List<Track> tracks = tracks(frames);
        assertThat(tracks).hasSize(1);
        assertThat(tracks.get(0).seen()).isEqualTo(9);
        for (int t = 0; t < 12; t++) {
            assertThat(tracks.get(0).at(t).centre().x()).isCloseTo(20 + 10 * t, within(1e-9));
            assertThat(tracks.get(0).at(t).side()).isCloseTo(40, within(1e-9));
        }
    }

    @Test
    void aLongerGapEndsATrackButNotThePerson() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 14; t++) {
            frames.add(t >= 5 && t <= 8 ? List.of() : List.of(face(0, ANN)));
        }
        List<Track> tracks = tracks(frames);
        assertThat(tracks).hasSize(2);
        List<Person> people = Person.of(tracks, 0.6);
        assertThat(people).hasSize(1);
        assertThat(people.get(0).at(6)).isNull();
        assertThat(people.get(0).at(9)).isNotNull();
        assertThat(people.get(0).frames()).isEqualTo(10);
        assertThat(people.get(0).first()).isZero();
        assertThat(people.get(0).last()).isEqualTo(13);
    }

    @Test
    void aCutToSomebodyElseInTheSamePlaceIsSeen() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 10; t++) {
            frames.add(List.of(face(0, t < 5 ? ANN : BOB)));
        }
        List<Track> tracks = tracks(frames);
        assertThat(tracks).extracting(Track::first).containsExactly(0, 5);
        assertThat(tracks).extracting(Track::last).containsExactly(4, 9);
        assertThat(Person.of(tracks, 0.6)).hasSize(2);
    }

    @Test
    void whatIsSeenOnceOrTwiceIsTakenForAMistake() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 10; t++) {
            frames.add(t == 4 || t == 5 ? List.of(face(0, ANN), face(200, BOB)) : List.of(face(0, ANN)));
        }
        assertThat(tracks(frames)).hasSize(1);
    }

    @Test
    void peopleWhoAreSeenTogetherAreNotOne() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            frames.add(List.of(face(0, ANN), face(100, ANN)));
        }
        assertThat(Person.of(tracks(frames), 0.6)).hasSize(2);
    }

    @Test
    void theMostVisibleComesFirst() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 9; t++) {
            frames.add(t < 4 ? List.of(face(0, ANN), face(100, BOB)) : List.of(face(100, BOB)));
        }
        List<Person> people = Person.of(tracks(frames), 0.6);
        assertThat(people.get(0).embedding()).containsExactly(BOB);
        assertThat(Objects.requireNonNull(people.get(1).at(0)).centre().x()).isEqualTo(20);
    }

    @Test
    void steadyingKeepsStraightMotionAndCalmsTheRest() {
        List<List<SeenFace>> frames = new ArrayList<>();
        for (int t = 0; t < 30; t++) {
            frames.add(List.of(face(3 * t + (t % 2 == 0 ? 1 : -1), ANN)));
        }
        Track steady = tracks(frames).get(0).steadied(new ZeroPhase(2));
        for (int t = 6; t < 24; t++) {
            assertThat(steady.at(t).centre().x()).isCloseTo(20 + 3 * t, within(0.02));
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new Tracking(1.5, 0, 0, 1, 1)).hasMessageContaining("overlap must lie in [0, 1]");
        assertThatThrownBy(() -> new Tracking(0.5, -2, 0, 1, 1)).hasMessageContaining("cosines");
        assertThatThrownBy(() -> new Tracking(0.5, 0, 0, -1, 1)).hasMessageContaining("gap");
        assertThatThrownBy(() -> new Tracking(0.5, 0, 0, 1, 0)).hasMessageContaining("least");
    }
}
