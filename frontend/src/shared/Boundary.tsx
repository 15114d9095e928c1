import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  /** What is shown within. With another place comes another part, of which the failure of this one says nothing. */
  readonly place?: string;
  /** What stands there instead of a part that could not be drawn, and lets somebody have it drawn again. */
  readonly fallback: (again: () => void) => ReactNode;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly hasFailed: boolean;
}

/** Without one of these around it, a part that cannot be drawn takes the whole page along. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { hasFailed: true };
  }

  override componentDidUpdate({ place }: BoundaryProps): void {
    if (this.state.hasFailed && place !== this.props.place) {
      this.#again();
    }
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback(this.#again) : this.props.children;
  }

  readonly #again = () => this.setState({ hasFailed: false });
}
