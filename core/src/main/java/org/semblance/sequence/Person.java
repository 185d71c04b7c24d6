package org.semblance.sequence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semblance.image.FaceFrame;

/** Somebody in a sequence, who may leave and come back. */
public final class Person {
    private final int number;
    private final List<Track> tracks;

    private Person(int number, List<Track> tracks) {
        this.number = number;
        this.tracks = List.copyOf(tracks);
    }

    /**
     * Joins tracks that do not meet and look like one person, and numbers the people from 1, the most visible first.
     */
    static List<Person> of(List<Track> tracks, double samePerson) {
        List<List<Track>> groups = new ArrayList<>();
        for (Track track : tracks) {
            List<Track> group = nearest(track, groups, samePerson);
            if (group == null) {
                groups.add(new ArrayList<>(List.of(track)));
            } else {
                group.add(track);
            }
        }
        groups.sort(Comparator.comparingDouble(Person::area).reversed());
        List<Person> people = new ArrayList<>();
        groups.forEach(group -> people.add(new Person(people.size() + 1, group)));
        return List.copyOf(people);
    }

    private static @Nullable List<Track> nearest(Track track, List<List<Track>> groups, double least) {
        List<Track> best = null;
        double bestCosine = least;
        for (List<Track> group : groups) {
            double cosine = Trail.cosine(mean(group), track.embedding());
            if (cosine >= bestCosine && group.stream().noneMatch(track::meets)) {
                best = group;
                bestCosine = cosine;
            }
        }
        return best;
    }

    private static double area(List<Track> group) {
        double sum = 0;
        for (Track track : group) {
            for (FaceFrame frame : track.frames()) {
                sum += frame.side() * frame.side();
            }
        }
        return sum;
    }

    private static float[] mean(List<Track> group) {
        int total = group.stream().mapToInt(Track::seen).sum();
        float[] mean = new float[group.get(0).embedding().length];
        for (Track track : group) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += track.embedding()[i] * track.seen() / total;
            }
        }
        return mean;
    }

    /** Counted from 1: the most visible first, by the sum of the areas of their faces. */
    public int number() {
        return number;
    }

    /** Mean over all sightings of the unit embedding by the identity encoder. */
    public float[] embedding() {
        return mean(tracks);
    }

    /** Frames in which their face is replaced. */
    public int frames() {
        return tracks.stream().mapToInt(t -> t.frames().size()).sum();
    }

    /** Frames in which their face was found; in the others it was missed and is filled in. */
    public int seen() {
        return tracks.stream().mapToInt(Track::seen).sum();
    }

    /** The first frame in which they are seen. */
    public int first() {
        return tracks.get(0).first();
    }

    /** The last frame in which they are seen. */
    public int last() {
        return tracks.get(tracks.size() - 1).last();
    }

    /** Where their face is, or null if it is not in this frame. */
    public @Nullable FaceFrame at(int frame) {
        Track track = trackAt(frame);
        return track == null ? null : track.at(frame);
    }

    @Nullable
    Track trackAt(int frame) {
        for (Track track : tracks) {
            if (track.covers(frame)) {
                return track;
            }
        }
        return null;
    }

    Person steadied(ZeroPhase filter) {
        return new Person(number, tracks.stream().map(t -> t.steadied(filter)).toList());
    }
}
