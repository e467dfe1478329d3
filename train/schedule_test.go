package train

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func scheduled(schedule string, epochs int, hold float64) Config {
	c := Default()
	c.Epochs, c.Width.Schedule, c.Width.Hold = epochs, schedule, hold
	return c
}

// meetingOf16 is 1/W(16e), the root of 1/x - 1 - log(16x), found by bisection.
var meetingOf16 = func() float64 {
	low, high := 1.0/16, 1.0
	for range 200 {
		if x := (low + high) / 2; 1/x-1 > math.Log(16*x) {
			low = x
		} else {
			high = x
		}
	}
	return low
}()

// The two phases meet with equal slopes at any ratio of the widths.
func TestTwoPhasesMeetSmoothly(t *testing.T) {
	t.Parallel()
	for _, ratio := range []float64{1, 1.5, 4, 1840, 1e6} {
		c, w := scheduled("two_phase", 2_000_000, 1), Widths{ratio, 1}
		const half = 1_000_000
		before, at, after := c.Sigma(w, half-1), c.Sigma(w, half), c.Sigma(w, half+1)
		left, right := before-at, at-after
		if math.Abs(left-right) > 1e-4*math.Abs(left) {
			t.Errorf("ratio %v: slopes %v and %v", ratio, left, right)
		}
	}
}

func TestScheduleValues(t *testing.T) {
	t.Parallel()
	w := Widths{8, 0.5}
	for _, c := range []struct {
		schedule   string
		r1, r2, r3 float64 // sigma at r = 1/4, 1/2, 3/4
	}{
		{"linear", 6.125, 4.25, 2.375},
		{"exponential", 4, 2, 1}, // 8·16^-r
		{"logarithmic", 8 - 7.5*math.Log10(3.25), 8 - 7.5*math.Log10(5.5),
			8 - 7.5*math.Log10(7.75)},
		{"cosine", 0.5 + 3.75*(1+math.Sqrt2/2), 4.25, 0.5 + 3.75*(1-math.Sqrt2/2)},
		// 1/x - 1 = log(16 x) has the root x = 0.3672...: sigma(1/2) = 8x
		{"two_phase", 4 * (1 + meetingOf16), 8 * meetingOf16, 2 * math.Sqrt(meetingOf16)},
		{"fixed", 0.5, 0.5, 0.5},
	} {
		config := scheduled(c.schedule, 100, 1)
		for i, want := range []float64{c.r1, c.r2, c.r3} {
			if got := config.Sigma(w, 25*(i+1)); math.Abs(got-want) > 1e-14*want {
				t.Errorf("%s: sigma at epoch %d is %v, want %v", c.schedule, 25*(i+1), got, want)
			}
		}
	}
}

// Every schedule decreases from at most sigma_0 to exactly sigma_T, and stays there during the
// hold.
func TestScheduleProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := Widths{End: rapid.Float64Range(1e-3, 10).Draw(t, "end")}
		w.Start = w.End * rapid.Float64Range(1, 1e4).Draw(t, "ratio")
		c := scheduled(rapid.SampledFrom(Schedules).Draw(t, "schedule"),
			rapid.IntRange(1, 400).Draw(t, "epochs"), rapid.Float64Range(0.05, 1).Draw(t, "hold"))
		last := w.Start
		for epoch := 1; epoch <= c.Epochs; epoch++ {
			sigma := c.Sigma(w, epoch)
			if sigma > last*(1+1e-12) || sigma < w.End*(1-1e-12) {
				t.Fatalf("sigma %v at epoch %d after %v", sigma, epoch, last)
			}
			if float64(epoch) >= c.Width.Hold*float64(c.Epochs) && sigma != w.End {
				t.Fatalf("sigma %v at epoch %d of %d with hold %v, want %v", sigma, epoch, c.Epochs,
					c.Width.Hold, w.End)
			}
			last = sigma
		}
		if last != w.End {
			t.Fatalf("ends at %v, want exactly %v", last, w.End)
		}
		c.Checkpoints.Count = rapid.IntRange(1, c.Epochs).Draw(t, "count")
		c.Checkpoints.Spacing = rapid.SampledFrom(Spacings).Draw(t, "spacing")
		scales := c.Scales(w)
		end := Scale{Epoch: c.Epochs, Sigma: w.End}
		if len(scales) != c.Checkpoints.Count || scales[len(scales)-1] != end {
			t.Fatalf("scales %v: want %d, the last at epoch %d", scales, c.Checkpoints.Count,
				c.Epochs)
		}
		for i, s := range scales {
			if s.Epoch < 1 || i > 0 && s.Epoch <= scales[i-1].Epoch ||
				s.Sigma != c.Sigma(w, s.Epoch) {
				t.Fatalf("scales %v", scales)
			}
		}
	})
}

func TestCheckpointSpacing(t *testing.T) {
	t.Parallel()
	epochs := func(c Config, w Widths) []int {
		var e []int
		for _, s := range c.Scales(w) {
			e = append(e, s.Epoch)
		}
		return e
	}
	for _, c := range []struct {
		schedule, spacing string
		w                 Widths
		want              []int
	}{
		{"linear", "epoch", Widths{8, 0.5}, []int{25, 50, 75, 100}},
		{"exponential", "log_sigma", Widths{8, 0.5}, []int{25, 50, 75, 100}},
		// linear from 8 to 0.5 passes 4, 2 and 1 at r = 8/15, 12/15 and 14/15
		{"linear", "log_sigma", Widths{8, 0.5}, []int{54, 80, 94, 100}},
		// several levels fall into the last epochs; the checkpoints stay distinct
		{"linear", "log_sigma", Widths{8, 8e-6}, []int{97, 98, 99, 100}},
		{"fixed", "log_sigma", Widths{8, 0.5}, []int{25, 50, 75, 100}},
		{"linear", "log_sigma", Widths{2, 2}, []int{25, 50, 75, 100}},
	} {
		config := scheduled(c.schedule, 100, 1)
		config.Checkpoints = Checkpoints{Count: 4, Spacing: c.spacing}
		got := epochs(config, c.w)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("%s, %s, %v: epochs %v, want %v", c.schedule, c.spacing, c.w, got, c.want)
				break
			}
		}
	}
}
