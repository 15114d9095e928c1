import Spinner from '@atlaskit/spinner';

interface LoadingProps {
  /** What is being loaded, to be read after "Loading". */
  readonly what: string;
}

export function Loading({ what }: LoadingProps) {
  return (
    <div className="loading" role="status">
      <Spinner size="large" label={`Loading ${what}`} />
    </div>
  );
}
