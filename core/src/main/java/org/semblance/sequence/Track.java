package org.semblance.sequence;

import java.util.List;
import org.semblance.image.FaceFrame;
import org.semblance.image.Point;

/**
 * One face through neighbouring frames.
 *
 * @param first number of its first frame
 * @param frames its place in each frame from there on; where the face was missed, between its neighbours
 * @param seen how often it was seen
 * @param embedding mean of the unit embeddings of its sightings, not normalised
 */
record Track(int first, List<FaceFrame> frames, int seen, float[] embedding) {
    Track {
        frames = List.copyOf(frames);
    }

    int last() {
        return first + frames.size() - 1;
    }

    boolean covers(int frame) {
        return frame >= first && frame <= last();
    }

    FaceFrame at(int frame) {
        return frames.get(frame - first);
    }

    boolean meets(Track other) {
        return first <= other.last() && other.first <= last();
    }

    /** Its places smoothed: position, logarithm of the size, and angle. */
    Track steadied(ZeroPhase filter) {
        if (filter.sigma() == 0) {
            return this;
        }
        double[][] motion = new double[4][frames.size()];
        for (int i = 0; i < frames.size(); i++) {
            FaceFrame frame = frames.get(i);
            motion[0][i] = frame.centre().x();
            motion[1][i] = frame.centre().y();
            motion[2][i] = Math.log(frame.side());
            motion[3][i] = i == 0 ? frame.angle() : motion[3][i - 1] + turn(frame.angle() - motion[3][i - 1]);
        }
        for (int axis = 0; axis < motion.length; axis++) {
            motion[axis] = filter.of(motion[axis]);
        }
        FaceFrame[] steady = new FaceFrame[frames.size()];
        for (int i = 0; i < steady.length; i++) {
            steady[i] = frame(motion[0][i], motion[1][i], motion[2][i], motion[3][i]);
        }
        return new Track(first, List.of(steady), seen, embedding);
    }

    /** The same turn within half a circle to either side. */
    private static double turn(double radians) {
        return Math.IEEEremainder(radians, 2 * Math.PI);
    }

    private static FaceFrame frame(double x, double y, double logSide, double angle) {
        double half = Math.exp(logSide) / 2;
        return new FaceFrame(new Point(x, y), new Point(half * Math.cos(angle), half * Math.sin(angle)));
    }

    /** Places between two, evenly spaced, without the ends. */
    static List<FaceFrame> between(FaceFrame from, FaceFrame to, int count) {
        FaceFrame[] all = new FaceFrame[count];
        double toAngle = from.angle() + turn(to.angle() - from.angle());
        for (int i = 0; i < count; i++) {
            double t = (i + 1.0) / (count + 1);
            all[i] = frame(
                    mix(from.centre().x(), to.centre().x(), t),
                    mix(from.centre().y(), to.centre().y(), t),
                    mix(Math.log(from.side()), Math.log(to.side()), t),
                    mix(from.angle(), toAngle, t));
        }
        return List.of(all);
    }

    private static double mix(double a, double b, double t) {
        return (1 - t) * a + t * b;
    }
}
