package results

// arenaBlock is the number of values that an arena allocates at once.
const arenaBlock = 1 << 12

// arena holds many small values in few blocks, which costs neither headers nor unused capacity.
// Decoded JSON has both. The zero arena is empty.
type arena[T any] struct{ free []T }

// keep returns a copy of some values. It returns values themselves if there are none.
func (a *arena[T]) keep(values []T) []T {
	n := len(values)
	if n == 0 {
		return values
	}
	if len(a.free) < n {
		a.free = make([]T, max(n, arenaBlock))
	}
	own := a.free[:n:n]
	a.free = a.free[n:]
	copy(own, values)
	return own
}

// pointer returns a pointer to a copy of a value; nil for nil.
func (a *arena[T]) pointer(value *T) *T {
	if value == nil {
		return nil
	}
	return &a.keep([]T{*value})[0]
}

// toyArena holds many toys. Texts that are equal in many of them are stored once.
type toyArena struct {
	toys    arena[Toy]
	numbers arena[float64]
	places  arena[PlaceRecord]
	health  arena[HealthRecord]
	leading arena[Leading]
	texts   map[string]string
}

// mostTexts is the number of different texts that a toyArena stores once. There are few statuses
// and reasons, but a damaged file may hold any.
const mostTexts = 1 << 12

// keep returns a copy of a toy. The toy has shares of the memory of others, so that the copy is
// dropped together with them.
func (a *toyArena) keep(t Toy, kind toyKind) *Toy {
	t.Key, t.Hypothesis = kind.key, kind.hypothesis
	t.Status, t.Reason = a.text(t.Status), a.text(t.Reason)
	t.T = a.numbers.keep(t.T)
	t.Health, t.Leading = a.health.pointer(t.Health), a.leading.pointer(t.Leading)
	if p := a.places.pointer(t.Places); p != nil {
		p.Excess, p.Deficit = a.numbers.keep(p.Excess), a.numbers.keep(p.Deficit)
		p.Purity = a.numbers.keep(p.Purity)
		t.Places = p
	}
	return a.toys.pointer(&t)
}

// text returns a text that is equal to another.
func (a *toyArena) text(s string) string {
	if s == "" {
		return ""
	}
	if known, ok := a.texts[s]; ok {
		return known
	}
	if a.texts == nil {
		a.texts = map[string]string{}
	}
	if len(a.texts) < mostTexts {
		a.texts[s] = s
	}
	return s
}
