package experiments

// InputError says that what was asked for cannot be done as it stands: a config or a file of the
// user's is wrong. It is found before the first fit.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }
